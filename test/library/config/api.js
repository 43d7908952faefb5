'use strict';

module.exports = require('../../app/dist/config/api.js');
