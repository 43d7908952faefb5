'use strict';

// npm run test:faults -- [--smoke] [jest's own arguments]: the fault suite. --smoke runs each row once, with fewer
// devices: what .ci/run calls.
const { spawnSync } = require('node:child_process');

const given = process.argv.slice(2);
const jest = require.resolve('jest/bin/jest');
const { status } = spawnSync(
  process.execPath,
  [jest, '--selectProjects', 'faults', ...given.filter((argument) => argument !== '--smoke')],
  { stdio: 'inherit', env: { ...process.env, ...(given.includes('--smoke') ? { FAULTS_SMOKE: '1' } : {}) } },
);
process.exit(status ?? 1);
