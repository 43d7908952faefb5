'use strict';

require('../register');
require('./e2e').main();
