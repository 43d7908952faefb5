'use strict';

// Runs the plugin's migrations in a process of its own, and is killed at the n-th statement that changes a table.
require('../register');
require('./migrate-main.ts');
