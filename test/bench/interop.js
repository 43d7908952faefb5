'use strict';

require('../register');
require('./sender/interop').runInterop(process.argv.slice(2));
