'use strict';

// The bare engine as a process of its own: see engine-process.ts. A host whose clock is wrong is made here, before
// anything has looked at it.
const offsetMs = Number(process.env.FAULTS_HOST_CLOCK_OFFSET_MS ?? 0);
if (offsetMs !== 0) {
  const RealDate = Date;
  const now = () => RealDate.now() + offsetMs;
  globalThis.Date = class extends RealDate {
    constructor(...given) {
      super(...(given.length === 0 ? [now()] : given));
    }
    static now() {
      return now();
    }
  };
}

require('../register');
require('./engine-main.ts');
