'use strict';

require('../register');
require('./sender/sender-bench').benchSender(process.argv.slice(2));
