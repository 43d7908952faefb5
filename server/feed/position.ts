/** Where an app's log stands. */
export interface FeedPosition {
  epoch: string;
  /** The highest revision. */
  head: number;
  /** A `since` below this cannot be served. */
  floor: number;
}

/** Where a reader stands in a log, and what it may be told. */
export type FeedPlace =
  /** A first start: it has no revision yet. */
  | { kind: 'head' }
  /** Its revision means nothing here: another epoch, ahead of the log, or below what is kept. */
  | { kind: 'reset' }
  /** It was named a revision that does not exist. */
  | { kind: 'to-ahead'; to: number }
  /** It may have the changes in (`since`, `end`]. */
  | { kind: 'range'; since: number; end: number };

/**
 * Places a reader in the log. A strange epoch is found before anything else, because no number means anything in it.
 *
 * @param query as validated: `since` comes with an epoch, `to` with a `since` that is not above it
 */
export function locate(
  { epoch, head, floor }: FeedPosition,
  query: { epoch?: string; since?: number; to?: number },
): FeedPlace {
  if (query.epoch !== undefined && query.epoch !== epoch) return { kind: 'reset' };
  if (query.since === undefined) return { kind: 'head' };
  if (query.since > head || query.since < floor) return { kind: 'reset' };
  if (query.to !== undefined && query.to > head) return { kind: 'to-ahead', to: query.to };
  return { kind: 'range', since: query.since, end: query.to ?? head };
}
