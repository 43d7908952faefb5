'use strict';

// npm run test:matrix -- [options]: see options.ts.
require('../register');
require('./matrix').matrix(process.argv.slice(2));
