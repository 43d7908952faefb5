'use strict';

// `strapi develop` in the directory it is started in, with TypeScript as a require hook. Tells the process that forked
// it of each process of a Strapi that it starts, and of its end. Each of those runs this file too.
const cluster = require('node:cluster');
const path = require('node:path');
require('../register');

if (cluster.isPrimary) {
  process.on('disconnect', () => process.exit(1));
  cluster.on('fork', (worker) => process.send?.({ begun: worker.process.pid }));
  cluster.on('exit', (worker) => process.send?.({ ended: worker.process.pid }));
}
require(path.join(path.dirname(require.resolve('@strapi/strapi/package.json')), 'bin/strapi.js'));
