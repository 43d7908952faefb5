'use strict';

// Preloaded into a Strapi process (`node --require`): says over its IPC channel how long the event loop was held up.
const { monitorEventLoopDelay } = require('node:perf_hooks');

if (process.send) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  process.on('message', (message) => {
    if (message === 'loop-delay:begin') {
      delay.reset();
      delay.enable();
      process.send({ loopDelay: 'begun' });
    } else if (message === 'loop-delay:end') {
      delay.disable();
      process.send({ loopDelay: { p99Ms: delay.percentile(99) / 1e6, maxMs: delay.max / 1e6 } });
    }
  });
}
