import type { Reason } from './reasons';

/** Why APNs surely did not process a push. It may be sent again at once. */
export type UnsentCause = 'refused-stream' | 'goaway' | 'not-written' | 'closed';

/** Why it cannot be known whether APNs processed a push: it was written and never answered. */
export type UnknownCause = 'connection-lost' | 'stream-reset' | 'timeout';

export interface Refusal {
  kind: 'rejected';
  status: number;
  reason: Reason | (string & {});
  invalidSince?: Date;
  retryAfterMs?: number;
  foreign?: string;
  uniqueId?: string;
}

/**
 * What became of one push to one device. Every push handed to a client ends in exactly one of these.
 *
 * `rejected.reason` is Apple's string, or `''` where the body held none; `invalidSince` is the `timestamp` of a 410.
 * `foreign` is there where the answer is none of APNs' (a portal, a proxy, another server): what came, cut short. Such an
 * answer says nothing about the device. `uniqueId` names the push in Apple's delivery log; sandbox only.
 */
export type Outcome =
  | { kind: 'accepted'; apnsId: string; uniqueId?: string }
  | Refusal
  | { kind: 'unsent'; cause: UnsentCause }
  | { kind: 'unknown'; cause: UnknownCause };
