import { ruleOfRefusal, type Outcome } from '../../apns';
import type { LaneRefusal } from '../../apps/probation';
import type { RetryCause } from '../../store/tables';

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
  /** Whether APNs has accepted this push for other devices. */
  othersAccepted: boolean;
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
  | Retry
  /** Send again at once. */
  | { kind: 'again' }
  /** Send again, once the lane may send. */
  | { kind: 'hold' }
  /** Not an outcome of this device: the whole lane must stop. The device is sent to again when it goes on. */
  | { kind: 'stop'; refusal: LaneRefusal; retry: Retry };

interface Retry {
  kind: 'retry';
  cause: RetryCause;
  attempts: number;
  reason: string | null;
  dueAt: number;
}

const IMMEDIATE_TRIES = 3;
const UNKNOWN_TRIES = 3;
/** Refused as its lane so often, while others are accepted, it is this device that APNs means. */
const REFUSED_TRIES = 5;
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

type Refusal = Extract<Outcome, { kind: 'rejected' }>;

function decideRejected(refusal: Refusal, attempt: Attempt, options: DecideOptions): Decision {
  const { status, reason, invalidSince, retryAfterMs } = refusal;
  switch (ruleOfRefusal(refusal).class) {
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
      return stop('clock', refusal, attempt, options);
    case 'foreign':
      return stop('foreign-answer', refusal, attempt, options);
    case 'stop':
    case 'fix':
      return stop(reason || `http-${status}`, refusal, attempt, options);
    default:
      return { kind: 'rejected', status, reason, suspect: false };
  }
}

function stop(code: string, { status, reason, foreign }: Refusal, attempt: Attempt, options: DecideOptions): Decision {
  const attempts = (attempt.cause === 'refused' ? attempt.attempts : 0) + 1;
  if (attempts >= REFUSED_TRIES && options.othersAccepted) {
    return { kind: 'rejected', status, reason: reason || code, suspect: false };
  }
  return {
    kind: 'stop',
    refusal: { code, status, ...(foreign !== undefined && { answer: foreign }) },
    retry: { kind: 'retry', cause: 'refused', attempts, reason: code, dueAt: options.now },
  };
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
): Retry {
  const wait = Math.max(firstMs, Math.min(firstMs * 2 ** (attempts - 1), LONGEST_MS));
  return { kind: 'retry', cause, attempts, reason, dueAt: Math.round(now + wait * (1 + random() / 4)) };
}
