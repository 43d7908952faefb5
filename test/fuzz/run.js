'use strict';

require('../register');
require('./fuzz-http2').fuzzHttp2(process.argv.slice(2));
