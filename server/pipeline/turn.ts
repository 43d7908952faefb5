import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Shares this process's event loop with Strapi: all deliveries together work for a slice, then everybody else may. */
export interface Turn {
  /** Whether the slice is used up. */
  over(): boolean;
  /** Lets the event loop go round once. */
  pass(): Promise<void>;
}

const SLICE_MS = 1;

export function createTurn(): Turn {
  let began = performance.now();
  return {
    over: () => performance.now() - began > SLICE_MS,
    async pass() {
      await nextTurn();
      began = performance.now();
    },
  };
}
