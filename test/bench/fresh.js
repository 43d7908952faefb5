'use strict';

require('../register');
require('./fresh/fresh-bench').benchFresh(process.argv.slice(2));
