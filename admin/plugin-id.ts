export const PLUGIN_ID = 'background-push';

/** Paths inside the admin panel; the router adds its own base path. */
export const PATHS = {
  overview: `/plugins/${PLUGIN_ID}`,
  pushes: `/plugins/${PLUGIN_ID}/pushes`,
  devices: `/plugins/${PLUGIN_ID}/devices`,
  move: `/plugins/${PLUGIN_ID}/devices/move`,
  acts: `/plugins/${PLUGIN_ID}/acts`,
  apps: `/settings/${PLUGIN_ID}/apps`,
  triggers: `/settings/${PLUGIN_ID}/triggers`,
  /** Users & Permissions: the roles an administrator may grant the registration to. */
  roles: '/settings/users-permissions/roles',
  apiTokens: '/settings/api-tokens',
  content: '/content-manager',
} as const;
