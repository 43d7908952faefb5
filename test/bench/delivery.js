'use strict';

require('../register');
require('./delivery-bench').benchDelivery(process.argv.slice(2));
