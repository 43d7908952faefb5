import { PERMISSIONS, type PermissionText, type PermissionUid } from './contract';
import type { Core } from '@strapi/strapi';
import { PLUGIN_ID } from '../services';

/** The name of a permission in Strapi's permission tables and in route policies. */
export const actionOf = (uid: PermissionUid): string => `plugin::${PLUGIN_ID}.${uid}`;

interface PermissionService {
  actionProvider: {
    registerMany(actions: (PermissionText & { uid: string; section: 'plugins'; pluginName: string })[]): Promise<void>;
  };
}

/** Makes the permissions known to Strapi, so that roles can be given them. To be called in `register`. */
export async function registerPermissions(strapi: Core.Strapi): Promise<void> {
  const { actionProvider } = strapi.service('admin::permission') as unknown as PermissionService;
  await actionProvider.registerMany(
    Object.entries(PERMISSIONS).map(([uid, text]) => ({ ...text, uid, section: 'plugins', pluginName: PLUGIN_ID })),
  );
}
