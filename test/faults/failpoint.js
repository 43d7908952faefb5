'use strict';

// Preloaded into a process that is to die at a certain place: stands in for server/pipeline/failpoint.ts, which does
// nothing. FAULTS_FAILPOINT says where and how: `<name>[:<nth pass>]=kill|stop`.
const [, place, nth = '1', end] = /^([a-z-]+)(?::(\d+))?=(kill|stop)$/.exec(process.env.FAULTS_FAILPOINT ?? '') ?? [];
let left = Number(nth) - 1;

/** Ends or stops this process here, as a power cut would. */
exports.failpoint = (name) => {
  if (name !== place || left-- !== 0) return;
  process.kill(process.pid, end === 'kill' ? 'SIGKILL' : 'SIGSTOP');
};

require.cache[require.resolve('../../server/pipeline/failpoint.ts')] = module;
