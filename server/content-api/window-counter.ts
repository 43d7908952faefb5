/**
 * Counts per key in windows of fixed length that begin with a key's first call. Bounded: of more keys than it may hold
 * it forgets those whose window began first, which makes a limit milder, never stricter.
 */
export interface WindowCounter {
  /**
   * Counts one call of `key`, unless it has reached `limit`.
   *
   * @returns 0, or in how many milliseconds the key's window ends
   */
  take(key: string, limit: number): number;
  /** How many keys are remembered. */
  readonly size: number;
}

export interface WindowCounterOptions {
  windowMs: number;
  maxKeys: number;
  /** A clock that nobody can set, in milliseconds. */
  now: () => number;
}

export function createWindowCounter({ windowMs, maxKeys, now }: WindowCounterOptions): WindowCounter {
  // In the order in which the windows began, because a new window is always put at the end: so they end in this order too.
  const windows = new Map<string, { endsAt: number; calls: number }>();

  function makeRoom(at: number): void {
    for (const [key, { endsAt }] of windows) {
      if (endsAt > at && windows.size < maxKeys) return;
      windows.delete(key);
    }
  }

  return {
    take(key, limit) {
      const at = now();
      const open = windows.get(key);
      if (open && open.endsAt > at) {
        if (open.calls >= limit) return open.endsAt - at;
        open.calls++;
        return 0;
      }
      windows.delete(key);
      makeRoom(at);
      windows.set(key, { endsAt: at + windowMs, calls: 1 });
      return 0;
    },
    get size() {
      return windows.size;
    },
  };
}
