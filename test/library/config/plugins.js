'use strict';

module.exports = require('../../app/dist/config/plugins.js');
