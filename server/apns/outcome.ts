import type { Reason } from './reasons';

/** Why APNs surely did not process a push. It may be sent again at once. */
export type UnsentCause = 'refused-stream' | 'goaway' | 'not-written' | 'closed';

/** Why it cannot be known whether APNs processed a push: it was written and never answered. */
export type UnknownCause = 'connection-lost' | 'stream-reset' | 'timeout';

/**
 * What became of one push to one device. Every push handed to a client ends in exactly one of these.
 *
 * `rejected.reason` is Apple's string, or `''` where the body held none; `invalidSince` is the `timestamp` of a 410.
 */
export type Outcome =
  | { kind: 'accepted'; apnsId: string }
  | { kind: 'rejected'; status: number; reason: Reason | (string & {}); invalidSince?: Date; retryAfterMs?: number }
  | { kind: 'unsent'; cause: UnsentCause }
  | { kind: 'unknown'; cause: UnknownCause };
