'use strict';

// node migrate.js [<app>]: compiles the app and leaves the database that the environment names (DATABASE_CLIENT, …) as Strapi
// makes it at its first start, with an administrator, and without the plugin: its own migrations are part of what tests run.
const { compileStrapi, createStrapi } = require('@strapi/strapi');
const administrator = require('./administrator.json');

async function migrate(dir = __dirname) {
  const { appDir, distDir } = await compileStrapi({ appDir: dir });
  Object.assign(process.env, { BACKGROUND_PUSH_ENABLED: 'false', LOG_LEVEL: 'warn' });
  const strapi = await createStrapi({ appDir, distDir, serveAdminPanel: false }).load();
  const role = await strapi.service('admin::role').getSuperAdmin();
  await strapi
    .service('admin::user')
    .create({ ...administrator, isActive: true, registrationToken: null, roles: [role.id] });
  await strapi.destroy();
}

migrate(...process.argv.slice(2)).then(
  // Strapi leaves timers behind that keep a process.
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
