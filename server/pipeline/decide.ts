import { ruleOf, type Outcome } from '../apns';
import type { RetryCause } from '../store/tables';

/** What is known of a device when APNs has answered. */
export interface Attempt {
  /** When this request was handed over. */
  sentAt: number;
  /** How often it was sent at once because APNs surely did not process it. */
  immediate: number;
  /** Its row in `retries`, if it came from there. */
  cause: RetryCause | null;
  attempts: number;
}

export interface DecideOptions {
  now: number;
  /** Apple: retry a 5xx after 15 minutes. */
  retry5xxAfterMs: number;
  /** Between 0 and 1; spreads retries, so that they do not come all at once. */
  random: () => number;
}

/** What to do with a device after its answer. */
export type Decision =
  | { kind: 'accepted' }
  | {
      kind: 'rejected';
      status: number;
      reason: string;
      /** The token is gone: delete the device unless it registered after this time. */
      retireUpTo?: number;
      /** Refused without being gone: counts towards retirement. */
      suspect: boolean;
    }
  | { kind: 'unknown' }
  | { kind: 'retry'; cause: RetryCause; attempts: number; reason: string | null; dueAt: number }
  /** Send again at once. */
  | { kind: 'again' }
  /** Send again, once the lane may send. */
  | { kind: 'hold' }
  /** Not an outcome of this device: the whole lane must stop. */
  | { kind: 'stop'; code: string; status: number };

const IMMEDIATE_TRIES = 3;
const UNKNOWN_TRIES = 3;
const UNSENT_FIRST_MS = 5_000;
const UNKNOWN_FIRST_MS = 5_000;
const BUSY_FIRST_MS = 60_000;
const LONGEST_MS = 3_600_000;

/** Pure, so that every reason Apple documents is one row of a test. */
export function decide(outcome: Outcome, attempt: Attempt, options: DecideOptions): Decision {
  switch (outcome.kind) {
    case 'accepted':
      return { kind: 'accepted' };
    case 'unsent':
      return sendAgain(attempt, options);
    case 'unknown': {
      const tries = (attempt.cause === 'unknown' ? attempt.attempts : 0) + 1;
      if (tries >= UNKNOWN_TRIES) return { kind: 'unknown' };
      return later('unknown', tries, outcome.cause, UNKNOWN_FIRST_MS, options);
    }
    case 'rejected':
      return decideRejected(outcome, attempt, options);
  }
}

function decideRejected(
  { status, reason, invalidSince, retryAfterMs }: Extract<Outcome, { kind: 'rejected' }>,
  attempt: Attempt,
  options: DecideOptions,
): Decision {
  switch (ruleOf(status, reason).class) {
    case 'retire':
      // Apple: a token is dead only if it was not registered again after the time that the 410 names.
      return {
        kind: 'rejected',
        status,
        reason,
        retireUpTo: invalidSince?.getTime() ?? attempt.sentAt,
        suspect: false,
      };
    case 'suspect':
      return { kind: 'rejected', status, reason, suspect: true };
    case 'retry': {
      const first = status >= 500 ? options.retry5xxAfterMs : BUSY_FIRST_MS;
      const tries = (attempt.cause === 'status' ? attempt.attempts : 0) + 1;
      return later('status', tries, reason, Math.max(first, retryAfterMs ?? 0), options);
    }
    case 'reconnect':
      return sendAgain(attempt, options);
    case 'hold':
      return { kind: 'hold' };
    case 'reauth':
      // The client has renewed the token by itself; refused again, only the clock can be wrong.
      return { kind: 'stop', code: 'clock', status };
    case 'stop':
    case 'fix':
      return { kind: 'stop', code: reason || `http-${status}`, status };
    default:
      return { kind: 'rejected', status, reason, suspect: false };
  }
}

function sendAgain(attempt: Attempt, options: DecideOptions): Decision {
  if (attempt.immediate + 1 < IMMEDIATE_TRIES) return { kind: 'again' };
  const tries = (attempt.cause === 'unsent' ? attempt.attempts : 0) + 1;
  return later('unsent', tries, null, UNSENT_FIRST_MS, options);
}

/** Doubles from `firstMs`, plus up to a quarter. */
function later(
  cause: RetryCause,
  attempts: number,
  reason: string | null,
  firstMs: number,
  { now, random }: DecideOptions,
): Decision {
  const wait = Math.max(firstMs, Math.min(firstMs * 2 ** (attempts - 1), LONGEST_MS));
  return { kind: 'retry', cause, attempts, reason, dueAt: Math.round(now + wait * (1 + random() / 4)) };
}
