import type { Goaway } from './connection';
import type { Outcome, UnknownCause, UnsentCause } from './outcome';

/** What metrics are made of. Times in milliseconds; `elapsedMs` runs from the writing of the request. */
export type ApnsEvent =
  /** A request was written; again for each push that the client itself sends again. */
  | { type: 'sent' }
  | { type: 'accepted'; elapsedMs: number }
  | { type: 'rejected'; elapsedMs: number; status: number; reason: string }
  | { type: 'unsent'; cause: UnsentCause }
  | { type: 'unknown'; cause: UnknownCause }
  | { type: 'connecting' }
  /** The first push of a connection was answered. */
  | { type: 'opened' }
  | { type: 'goaway'; code: number; reason: string }
  /** A connection ended. `error` is absent when it did in good order. */
  | { type: 'closed'; error?: string }
  /** There is no connection; the next attempt comes at `retryAt` (since the epoch). */
  | { type: 'failed'; code: string; message: string; retryAt: number };
