import { useRBAC, type Permission } from '@strapi/strapi/admin';
import { PLUGIN_ID } from './plugin-id';

const UIDS = [
  'overview.read',
  'apps.read',
  'apps.update',
  'credentials.update',
  'credentials.check',
  'triggers.read',
  'triggers.update',
  'pushes.read',
  'pushes.cancel',
  'lanes.pause',
  'lanes.resume',
  'lanes.send-anyway',
  'lanes.send-now',
  'lanes.force',
  'logs.start-anew',
  'instance.confirm',
  'wake.send',
  'devices.read',
  'devices.retire',
  'devices.delete',
  'test.send',
] as const;

export type PermissionUid = (typeof UIDS)[number];

/** One array per permission, made once: `useRBAC` checks again whenever it is handed a different one. */
export const PERMISSIONS = Object.fromEntries(
  UIDS.map((uid) => [uid, [{ action: `plugin::${PLUGIN_ID}.${uid}`, subject: null }]]),
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
