'use strict';

require('../../register');
require('./phones-main.ts');
