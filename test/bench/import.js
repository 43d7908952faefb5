'use strict';

require('../register');
require('./import/import-bench').benchImport(process.argv.slice(2));
