'use strict';

const { default: app } = require('../../app/dist/src/index.js');

/** The same locales. */
module.exports = { bootstrap: (options) => app.bootstrap(options) };
