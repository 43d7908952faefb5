import type { Outcome } from './outcome';

/** What APNs answered, as it came. */
export interface Answer {
  status: number;
  /** The `apns-id` header. */
  apnsId: string | undefined;
  /** The `retry-after` header. */
  retryAfter: string | undefined;
  /** May be empty, and may be anything. */
  body: string;
}

/** A reason of Apple's is a word; anything else (a proxy's page, say) does not belong into tables and panels. */
const REASON = /^[A-Za-z0-9_.-]{1,100}$/;
const LONGEST_RETRY_AFTER_MS = 86_400_000;
/** The largest time a Date can hold. */
const MAX_TIME_MS = 8.64e15;

/**
 * The outcome of an answered push. An answer always is one, however odd its body: the status counts.
 *
 * @param now milliseconds since the epoch, for a `retry-after` that names a time
 */
export function outcomeOf({ status, apnsId, retryAfter, body }: Answer, now: () => number): Outcome {
  if (status === 200) return { kind: 'accepted', apnsId: apnsId ?? '' };
  const { reason, timestamp } = parseBody(body);
  const outcome: Outcome = { kind: 'rejected', status, reason };
  // Apple: a timestamp, in milliseconds, comes with a 410 only.
  if (status === 410 && timestamp !== null) outcome.invalidSince = new Date(timestamp);
  const retryAfterMs = retryAfter === undefined ? null : parseRetryAfter(retryAfter, now);
  if (retryAfterMs !== null) outcome.retryAfterMs = retryAfterMs;
  return outcome;
}

function parseBody(body: string): { reason: string; timestamp: number | null } {
  const json = parseObject(body);
  const { reason, timestamp } = json;
  return {
    reason: typeof reason === 'string' && REASON.test(reason) ? reason : '',
    timestamp: typeof timestamp === 'number' && timestamp > 0 && timestamp <= MAX_TIME_MS ? timestamp : null,
  };
}

/** The debug data of a GOAWAY: Apple's reason in JSON, or plain text, which has been seen too. */
export function reasonOfDebugData(debugData: string): string {
  const { reason } = parseObject(debugData);
  // Shown to people, so without what could move their cursor.
  return (typeof reason === 'string' ? reason : debugData)
    .replaceAll(/[^\x20-\x7e]/g, ' ')
    .trim()
    .slice(0, 200);
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Apple documents no `retry-after`; both of its forms are understood all the same. */
function parseRetryAfter(value: string, now: () => number): number | null {
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now();
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS);
}
