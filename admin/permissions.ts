import { useRBAC, type Permission } from '@strapi/strapi/admin';
import { PERMISSIONS as ALL, type PermissionUid } from '../server/admin-api/contract';
import { PLUGIN_ID } from './plugin-id';

/** One array per permission, made once: `useRBAC` checks again whenever it is handed a different one. */
export const PERMISSIONS = Object.fromEntries(
  (Object.keys(ALL) as PermissionUid[]).map((uid) => [uid, [{ action: `plugin::${PLUGIN_ID}.${uid}`, subject: null }]]),
) as Record<PermissionUid, Permission[]>;

/**
 * Whether the administrator holds a permission; false while it is being found out.
 *
 * Each is asked for by itself: `useRBAC` names its answers after the last segment of the action, so that
 * `apps.update` and `triggers.update` asked for together would both be `canUpdate`.
 */
export function useMay(uid: PermissionUid): boolean {
  const { allowedActions } = useRBAC(PERMISSIONS[uid]);
  return Object.values(allowedActions).some(Boolean);
}
