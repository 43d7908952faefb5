import { performance } from 'node:perf_hooks';

/** How fast this process may send, over all its lanes: `delivery.maxPerSecond`. Woken apps all call the CMS. */
export interface SendRate {
  /** How many pushes may be handed over now. */
  room(): number;
  /** One was handed over. */
  take(): void;
  /** Milliseconds until there is room; 0: there is. */
  waitMs(): number;
}

/** The most that may leave at once, as a share of a second. */
const BURST_S = 0.05;

/**
 * @param perSecond null: as fast as APNs takes them
 * @param now monotonic milliseconds
 */
export function createSendRate(perSecond: number | null, now: () => number = () => performance.now()): SendRate {
  if (perSecond === null) return UNLIMITED;
  return createBucket(perSecond, now);
}

const UNLIMITED: SendRate = { room: () => Number.POSITIVE_INFINITY, take: () => undefined, waitMs: () => 0 };

/** A token bucket. */
function createBucket(perSecond: number, now: () => number): SendRate {
  const burst = Math.max(1, perSecond * BURST_S);
  let allowance = burst;
  let at = now();

  function refill(): void {
    const time = now();
    allowance = Math.min(burst, allowance + ((time - at) / 1_000) * perSecond);
    at = time;
  }

  return {
    room() {
      refill();
      return Math.floor(allowance);
    },
    take() {
      allowance--;
    },
    waitMs() {
      refill();
      return allowance >= 1 ? 0 : Math.ceil(((1 - allowance) / perSecond) * 1_000);
    },
  };
}
