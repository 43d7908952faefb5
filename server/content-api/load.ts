import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How busy this process is, as whoever shares it with the feed feels it. */
export interface Load {
  /** Whether apps had better come again later. */
  isOverloaded(): boolean;
  stop(): void;
}

const RESOLUTION_MS = 20;
const LOOK_MS = 1_000;
/** Half of all work waits longer than this: an editor's page of fifty requests would take seconds more. */
const TOO_LATE_MS = 150;
/** Looks in a row: a start, or one large answer, is no overload. */
const PATIENCE = 3;

/** @param medianMs for tests: how late work began since it was last asked, as its median */
export function createLoad(medianMs?: () => number): Load {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const measured = () => {
    const ms = delay.percentile(50) / 1e6 - RESOLUTION_MS;
    delay.reset();
    return ms;
  };
  const read = medianMs ?? measured;
  let late = 0;
  const timer = setInterval(() => {
    late = read() > TOO_LATE_MS ? late + 1 : 0;
  }, LOOK_MS);
  timer.unref();
  return {
    isOverloaded: () => late >= PATIENCE,
    stop() {
      clearInterval(timer);
      delay.disable();
    },
  };
}
