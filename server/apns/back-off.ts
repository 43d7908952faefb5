/** How long to wait before the next attempt. */
export interface BackOff {
  /** An attempt failed: milliseconds to wait, doubling, jittered. */
  next(): number;
  reset(): void;
}

export interface BackOffOptions {
  firstMs: number;
  longestMs: number;
  /** Between 0 and 1: instances that lost APNs together must not come back together. */
  random: () => number;
}

/** Waits between half of the step and all of it. */
export function createBackOff({ firstMs, longestMs, random }: BackOffOptions): BackOff {
  let failures = 0;
  return {
    next() {
      const step = Math.min(firstMs * 2 ** failures, longestMs);
      failures++;
      return Math.round(step * (0.5 + random() / 2));
    },
    reset() {
      failures = 0;
    },
  };
}
