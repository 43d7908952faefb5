'use strict';

require('../register');
require('./feed/feed-bench').benchFeed(process.argv.slice(2));
