'use strict';

module.exports = require('../../app/dist/config/server.js');
