'use strict';

// node migrate.js <file> [<app>]: compiles the app and leaves an SQLite file as Strapi makes it at its first start, with an
// administrator, and without the plugin: its own migrations are part of what tests run.
const path = require('node:path');
const { compileStrapi, createStrapi } = require('@strapi/strapi');
const administrator = require('./administrator.json');

async function migrate(file, dir = __dirname) {
  const { appDir, distDir } = await compileStrapi({ appDir: dir });
  Object.assign(process.env, {
    DATABASE_CLIENT: 'sqlite',
    DATABASE_FILENAME: path.resolve(file),
    BACKGROUND_PUSH_ENABLED: 'false',
    LOG_LEVEL: 'warn',
  });
  const strapi = await createStrapi({ appDir, distDir, serveAdminPanel: false }).load();
  const role = await strapi.service('admin::role').getSuperAdmin();
  await strapi
    .service('admin::user')
    .create({ ...administrator, isActive: true, registrationToken: null, roles: [role.id] });
  await strapi.destroy();
}

migrate(...process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
