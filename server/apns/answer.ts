import type { Outcome, Refusal } from './outcome';

/** What APNs answered, as it came. */
export interface Answer {
  status: number;
  /** The `apns-id` header. */
  apnsId: string | undefined;
  /** The `apns-unique-id` header, which Apple sends in the development environment only. */
  uniqueId?: string | undefined;
  /** The `retry-after` header. */
  retryAfter: string | undefined;
  /** May be empty, and may be anything. */
  body: string;
}

/** A reason of Apple's is a word; anything else (a proxy's page, say) does not belong into tables and panels. */
const REASON = /^[A-Za-z0-9_.-]{1,64}$/;
const LONGEST_RETRY_AFTER_MS = 86_400_000;
/** The largest time a Date can hold. */
const MAX_TIME_MS = 8.64e15;

/**
 * The outcome of an answered push. An answer always is one, however odd its body: the status counts.
 *
 * @param now milliseconds since the epoch, for a `retry-after` that names a time
 */
export function outcomeOf({ status, apnsId, uniqueId, retryAfter, body }: Answer, now: () => number): Outcome {
  if (status === 200 && body === '') return acceptance(apnsId, uniqueId);
  const { reason, timestamp } = parseBody(body);
  const outcome: Refusal = { kind: 'rejected', status, reason };
  if (uniqueId !== undefined) outcome.uniqueId = printable(uniqueId);
  if (!isOfApns(status, reason, body)) outcome.foreign = printable(body);
  // Apple: a timestamp, in milliseconds, comes with a 410 only.
  if (status === 410 && timestamp !== null) outcome.invalidSince = new Date(timestamp);
  const retryAfterMs = retryAfter === undefined ? null : parseRetryAfter(retryAfter, now);
  if (retryAfterMs !== null) outcome.retryAfterMs = retryAfterMs;
  return outcome;
}

/** @param uniqueId of most answers there is none, and then none is kept */
export function acceptance(apnsId = '', uniqueId: string | undefined): Outcome {
  if (uniqueId === undefined) return { kind: 'accepted', apnsId };
  return { kind: 'accepted', apnsId, uniqueId: printable(uniqueId) };
}

/**
 * Whether APNs can have answered so. Apple: a success has no body, a refusal is a 4xx or 5xx whose body is JSON with a
 * reason. Errors of gateways on Apple's side have none, and neither has a 403 that was seen now and then.
 */
function isOfApns(status: number, reason: string, body: string): boolean {
  if (status < 400) return false;
  if (reason !== '' || status === 429 || status >= 500) return true;
  return status === 403 && body === '';
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
  return printable(typeof reason === 'string' ? reason : debugData);
}

/** A text from outside as people may be shown it: short, and without what could move their cursor. */
function printable(text: string): string {
  return text
    .replaceAll(/[^\x21-\x7e]+/g, ' ')
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
