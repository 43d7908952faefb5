'use strict';

// Runs the plugin's migrations in a process of its own, as often as it is told to.
require('../register');
require('./migrator-main.ts');
