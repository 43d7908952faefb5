import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Shares this process's event loop with Strapi: all deliveries together work for a slice, then everybody else may; and
 * while somebody else is at work, they go first.
 */
export interface EventLoopShare {
  /** Whether the slice is used up. */
  over(): boolean;
  /** Lets the event loop go round: once, or again while others keep it busy, but not for ever. */
  pass(): Promise<void>;
  /**
   * To be called before a look at the database that can wait: passes if the slice is used up. On SQLite a statement holds
   * up the event loop, and several in a row would let APNs run dry.
   */
  share(): Promise<void>;
}

const SLICE_MS = 1;
/** A round of the event loop that takes longer has others at work. */
const BUSY_MS = 4;
const MOST_ROUNDS = 8;

/** @param now milliseconds of a clock that nobody sets */
export function createEventLoopShare(now = () => performance.now()): EventLoopShare {
  let began = now();
  const over = () => now() - began > SLICE_MS;
  async function pass(): Promise<void> {
    for (let rounds = 0; rounds < MOST_ROUNDS; rounds++) {
      const before = now();
      await nextTurn();
      began = now();
      if (began - before < BUSY_MS) return;
    }
  }
  return {
    over,
    pass,
    async share() {
      if (over()) await pass();
    },
  };
}
