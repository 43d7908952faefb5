'use strict';

// npm run test:busy -- [jest's own arguments]: every test, three times in a row, with two busy loops beside it. A test that
// fails here goes by the clock of a quiet machine.
const { spawn, spawnSync } = require('node:child_process');
const path = require('node:path');

const ROUNDS = 3;
const LOOPS = 2;

const jest = [require.resolve('jest/bin/jest'), ...process.argv.slice(2)];
const projects = ['--selectProjects', 'unit', 'integration', 'faults'];
const env = { ...process.env, FAULTS_SMOKE: '1' };

const loops = Array.from({ length: LOOPS }, () => spawn(process.execPath, [path.join(__dirname, 'loop.js')]));
process.once('exit', () => loops.forEach((loop) => loop.kill()));

for (let round = 1; round <= ROUNDS; round++) {
  console.log(`\nRound ${round} of ${ROUNDS}, beside ${LOOPS} busy loops`);
  const { status } = spawnSync(process.execPath, [...jest, ...projects], { stdio: 'inherit', env });
  if (status !== 0) process.exit(status ?? 1);
}
process.exit(0);
