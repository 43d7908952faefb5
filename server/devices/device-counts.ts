import { performance } from 'node:perf_hooks';

/** How many devices each lane has; a lane without any is missing. */
export type DeviceCounts = ReadonlyMap<number, number>;

/**
 * How long a count is good: a millisecond for so many devices. Few are counted anew at each look; a million, which take
 * a database a part of a second, in which SQLite does nothing else, once in 50 seconds.
 */
const DEVICES_PER_MS = 20;

/** Shares one count among all who ask: every page of the panel shows it, and each asks again and again. */
export const createDeviceCounts = (count: () => Promise<DeviceCounts>) => shareCount(count, totalOf);

/** @param devicesOf how many devices were looked at for it */
export function shareCount<Result>(
  count: () => Promise<Result>,
  devicesOf: (result: Result) => number,
): () => Promise<Result> {
  let counting: Promise<Result> | null = null;
  let goodUntil = -Infinity;

  async function countNow(): Promise<Result> {
    const result = await count();
    goodUntil = performance.now() + devicesOf(result) / DEVICES_PER_MS;
    return result;
  }

  return () => {
    if (counting === null || performance.now() >= goodUntil) {
      goodUntil = Infinity;
      counting = countNow();
      // Whoever asked is told; whoever asks next asks the database.
      counting.catch(() => {
        goodUntil = -Infinity;
      });
    }
    return counting;
  };
}

export function totalOf(counts: DeviceCounts): number {
  return [...counts.values()].reduce((sum, devices) => sum + devices, 0);
}
