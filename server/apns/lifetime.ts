/** How many requests the server lets a connection carry, where it counts them. */
export interface Lifetime {
  /** Null: as many as there are. */
  readonly requests: number | null;
  /** The server ended a connection in good order, after so many requests. */
  retired(after: number): void;
  forget(): void;
}

/** Two counts that differ by less are one rule: servers that count whole answers reach it a few requests apart. */
const TOLERANCE = 0.1;

/**
 * Learned from connections that the server retired: two in a row after about as many requests are no chance, but a
 * rule such as nginx's `keepalive_requests`. Who knows it has the next connection ready, and sends nothing that the
 * server would not look at.
 *
 * @param fewest connections retired after fewer requests teach nothing
 */
export function createLifetime(fewest: number): Lifetime {
  let last: number | null = null;
  let requests: number | null = null;
  return {
    get requests() {
      return requests;
    },
    retired(after) {
      if (after < fewest) return;
      const isRule = last !== null && Math.abs(after - last) <= last * TOLERANCE;
      requests = isRule ? Math.min(after, last ?? after) : null;
      last = after;
    },
    forget() {
      last = null;
      requests = null;
    },
  };
}
