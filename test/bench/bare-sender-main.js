'use strict';

require('../register');
require('./bare-sender-main.ts');
