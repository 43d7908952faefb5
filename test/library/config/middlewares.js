'use strict';

module.exports = require('../../app/dist/config/middlewares.js');
