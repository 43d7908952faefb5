'use strict';

module.exports = require('../../app/dist/config/database.js');
