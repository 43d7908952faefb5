'use strict';

// The simulator as a process: `node test/simulator/run.js '{"port":0}'`; see run.ts.
require('../register');
require('./run.ts');
