'use strict';

// Starts the app as `strapi start` does, and tells the process that forked it which port it listens on.
const { existsSync } = require('node:fs');
const path = require('node:path');
const { createStrapi } = require('@strapi/strapi');

// Whoever started this is gone: leave no server behind.
process.on('disconnect', () => process.exit(1));

// Only a TypeScript app was built, and the admin panel's pages with it.
const dist = path.join(__dirname, 'dist');
const built = existsSync(dist);

createStrapi({ appDir: __dirname, distDir: built ? dist : __dirname, serveAdminPanel: built })
  .start()
  .then((strapi) => process.send({ port: strapi.server.httpServer.address().port }));
