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

/**
 * @returns a function that hands events over; null when nobody listens, so that no event need be made
 */
export function createEmit(onEvent: ((event: ApnsEvent) => void) | undefined): ((event: ApnsEvent) => void) | null {
  if (!onEvent) return null;
  return (event) => {
    try {
      onEvent(event);
    } catch {
      // Metrics must never stop pushes.
    }
  };
}

/** The event of an outcome. */
export function eventOf(outcome: Outcome, elapsedMs: number): ApnsEvent {
  switch (outcome.kind) {
    case 'accepted':
      return { type: 'accepted', elapsedMs };
    case 'rejected':
      return { type: 'rejected', elapsedMs, status: outcome.status, reason: outcome.reason };
    case 'unsent':
    case 'unknown':
      return { type: outcome.kind, cause: outcome.cause } as ApnsEvent;
  }
}
