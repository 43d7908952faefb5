'use strict';

require('../register');
require('./audience/audience-bench').benchAudience(process.argv.slice(2));
