'use strict';

require('../../register');
require('./client-main');
