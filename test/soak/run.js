'use strict';

require('../register');
require('./soak-sender').soakSender(process.argv.slice(2));
