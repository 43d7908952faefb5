import type { Push } from './push';
import type { ConnectError } from './connect-error';
import type { Outcome } from './outcome';
import type { Target } from './socket';

/**
 * One HTTP/2 connection to APNs: the seam between the pool, which knows nothing of HTTP/2, and what speaks it.
 *
 *   connecting → warming → open → draining → closed
 *
 * - `connecting`: TCP, TLS, and the server's first SETTINGS. Nothing may be sent: before the SETTINGS the stream limit
 *   is unknown.
 * - `warming`: one request at a time. Apple: with token authentication one stream is allowed until a request with a
 *   valid provider token was posted. Any answer that does not find fault with the token ends this state.
 * - `open`: as many requests at once as the window takes: min(config, the server's stream limit), which follows the
 *   server's SETTINGS up and down.
 * - `draining`: takes no more, because of a GOAWAY or because `drain` was called; requests under way may be answered.
 * - `closed`: every request has its outcome, the socket is gone.
 *
 * A connection may go from any state to `closed`.
 */
export type ConnectionState = 'connecting' | 'warming' | 'open' | 'draining' | 'closed';

export interface Connection {
  readonly state: ConnectionState;
  /** Requests written whose stream has not ended. */
  readonly inFlight: number;
  /** How many requests may be under way at once; 0 unless warming or open. */
  readonly window: number;
  /** How many requests may be sent now. */
  readonly room: number;
  /** From a request's writing to its answer, smoothed, ms; null before the first answer. */
  readonly roundTripMs: number | null;
  /** Writes one request. Only while there is room. The answer goes to the listener, never from inside this call. */
  send(push: Push): void;
  /** Takes no more requests; closes when those under way are answered. */
  drain(): void;
  /** Ends at once; what is not answered is `unknown`. */
  destroy(): void;
}

/** One request on its way, as the listener sees it again. */
export interface Exchange {
  readonly push: Push;
  /** The header it was sent with: tells a refused provider token from a newer one. */
  readonly authorization: string;
  /** `performance.now()` when it was written; 0 if it never was. */
  readonly writtenAt: number;
}

/** A GOAWAY of the server. */
export interface Goaway {
  /** HTTP/2 error code. */
  code: number;
  /** Apple's reason from the JSON debug data, or the debug data as text, or ''. */
  reason: string;
}

/** What a connection tells its pool. No call comes from inside a call to the connection. */
export interface ConnectionListener {
  /** Exactly once for each request. */
  settled(connection: Connection, exchange: Exchange, outcome: Outcome): void;
  /** Its state or window changed, or a stream ended. */
  changed(connection: Connection): void;
  goaway(connection: Connection, goaway: Goaway): void;
  /** The last call. @param error why it ended, if it did not end in good order */
  closed(connection: Connection, error: ConnectError | null): void;
}

export interface ConnectOptions {
  target: Target;
  /** Most requests at once, whatever the server allows. */
  streams: number;
  requestTimeoutMs: number;
  /** Silence after which the server is asked whether it is there. */
  pingMs: number;
  /** How long the answer to that may take. */
  pingDeadlineMs: number;
  /** For TCP, TLS and the server's SETTINGS together. */
  connectTimeoutMs: number;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Of the first request, odd; for tests, because a client's is 1. */
  firstStreamId?: number;
}

/**
 * Starts a connection; it is `connecting` when this returns.
 *
 * @param authorization the header of all its requests. Apple ("Establishing a token-based connection to APNs"): more
 *   than one new provider token per 20 minutes on a connection is an error; here it carries one for life.
 */
export type Connect = (listener: ConnectionListener, authorization: string) => Connection;

/** Whether the outcome shows that APNs found no fault with the provider token: what ends `warming`. */
export function provesToken(outcome: Outcome): boolean {
  if (outcome.kind === 'accepted') return true;
  return outcome.kind === 'rejected' && outcome.status !== 403 && outcome.reason !== 'TooManyProviderTokenUpdates';
}
