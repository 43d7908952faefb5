'use strict';

// node start.js [<app> <its JavaScript>]: starts a compiled app, by default this one, as `strapi start` does, the plugin
// from sources if BACKGROUND_PUSH_DIR says so, and tells the process that forked it which port it listens on.
const path = require('node:path');
require('../register');
const { createStrapi } = require('@strapi/strapi');

// Whoever started this is gone: leave no server behind.
process.on('disconnect', () => process.exit(1));

const [appDir = __dirname, distDir = path.join(__dirname, 'dist')] = process.argv.slice(2);
createStrapi({
  appDir,
  distDir,
  serveAdminPanel: process.env.SERVE_ADMIN_PANEL === 'true',
})
  .start()
  .then((strapi) => process.send?.({ port: strapi.server.httpServer.address().port }));
