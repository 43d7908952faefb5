import { setTimeout as sleep } from 'node:timers/promises';

export interface Deadline {
  /** Milliseconds that it takes at most where nothing else runs. On a busy machine it may take `PATIENCE` times as long. */
  within?: number;
  /** What was waited for, for the message when it never came. */
  what?: string;
}

type Truthy<T> = Exclude<T, false | null | undefined | 0 | ''>;

/** After so long it looks again; each time twice as long, up to the second. */
const LOOK_AGAIN_MS = [2, 20] as const;
/** A deadline is there to name what never comes; only a failing test is slower for a late one. */
const PATIENCE = 6;

/**
 * Waits until `condition` gives something truthy, and returns it.
 * @throws when the deadline passes, with the last thing that `condition` threw, if it did
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  { within = 10_000, what = 'The condition' }: Deadline = {},
): Promise<Truthy<T>> {
  const deadline = performance.now() + within * PATIENCE;
  const [first, most] = LOOK_AGAIN_MS;
  for (let pause: number = first; ; pause = Math.min(2 * pause, most)) {
    let problem: unknown;
    try {
      const found = await condition();
      if (found) return found as Truthy<T>;
    } catch (error) {
      problem = error;
    }
    if (performance.now() > deadline)
      throw new Error(`${what} did not come within ${within * PATIENCE} ms.`, { cause: problem });
    await sleep(pause);
  }
}
