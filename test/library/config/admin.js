'use strict';

module.exports = require('../../app/dist/config/admin.js');
