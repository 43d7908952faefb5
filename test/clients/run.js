'use strict';

require('../register');
require('./test-clients').testClients(process.argv.slice(2));
