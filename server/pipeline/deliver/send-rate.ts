import { performance } from 'node:perf_hooks';

/** How fast this process may send, over all its lanes: its share of the pace (`launch/pace.ts`). */
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
 * A token bucket.
 *
 * @param perSecond asked each time: it is shared with processes that come and go; null: as fast as APNs takes them
 * @param now monotonic milliseconds
 */
export function createSendRate(perSecond: () => number | null, now: () => number = () => performance.now()): SendRate {
  let allowance = Number.POSITIVE_INFINITY;
  let at = now();

  /** @returns how many per second */
  function refill(): number | null {
    const rate = perSecond();
    const time = now();
    const gained = rate === null ? Number.POSITIVE_INFINITY : ((time - at) / 1_000) * rate;
    allowance = Math.min(rate === null ? Number.POSITIVE_INFINITY : Math.max(1, rate * BURST_S), allowance + gained);
    at = time;
    return rate;
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
      const rate = refill();
      return rate === null || allowance >= 1 ? 0 : Math.ceil(((1 - allowance) / rate) * 1_000);
    },
  };
}
