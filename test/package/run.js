'use strict';

// npm run test:package -- [options]: see options.ts.
require('../register');
require('./package-test').testPackage(process.argv.slice(2));
