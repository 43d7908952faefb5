'use strict';

// Starts the app as `strapi start` does, but without the admin panel's pages, which nobody built, and tells the
// process that forked it which port it listens on.
const { createStrapi } = require('@strapi/strapi');

// Whoever started this is gone: leave no server behind.
process.on('disconnect', () => process.exit(1));

createStrapi({ appDir: __dirname, distDir: __dirname, serveAdminPanel: false })
  .start()
  .then((strapi) => process.send({ port: strapi.server.httpServer.address().port }));
