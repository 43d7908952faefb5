'use strict';

require('../register');
require('./package-test').testPackage();
