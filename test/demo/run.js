'use strict';

require('../register');
require('./demo').demo(process.argv.slice(2));
