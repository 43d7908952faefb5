'use strict';

// Keeps a core busy until whoever started it is gone.
const parent = process.ppid;
while (process.ppid === parent);
