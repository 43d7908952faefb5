import type { Core } from '@strapi/strapi';

const REGISTER = 'plugin::background-push.device.register';

/**
 * Whether anybody may register a device: the public role of Users & Permissions has the action.
 *
 * @returns null where that plugin is not installed, so nobody can tell
 */
export async function isRegistrationOpen(strapi: Core.Strapi): Promise<boolean | null> {
  if (!strapi.plugins['users-permissions']) return null;
  const granted = await strapi.db
    .query('plugin::users-permissions.permission')
    .count({ where: { action: REGISTER, role: { type: 'public' } } });
  return granted > 0;
}
