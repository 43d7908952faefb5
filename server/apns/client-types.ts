import type { Push } from './push';
import type { ConnectionState } from './connection';
import type { PushCounts } from './counts';

/** What the Overview shows of a lane's connections. */
export interface ClientState {
  /**
   * `idle`: no connection and none needed · `connecting`: not usable yet · `open`: pushes flow ·
   * `waiting`: the last attempt failed, the next comes at `retryAt` · `closed`: `close` was called.
   */
  kind: 'idle' | 'connecting' | 'open' | 'waiting' | 'closed';
  connections: number;
  inFlight: number;
  /** How many pushes the connections would take in all: min(config, the server's stream limit), summed. */
  window: number;
  /** How many of the connections are in each state. */
  states: Partial<Record<ConnectionState, number>>;
  /** From a push's writing to its answer, smoothed, ms; null while no connection has been answered. */
  roundTripMs: number | null;
  /** Since the client was made. */
  counts: PushCounts;
  /** What last went wrong (connect error, GOAWAY reason), for people; absent when all is well. */
  error?: { code: string; message: string };
  /** Milliseconds since the epoch. */
  retryAt?: number;
}

/** The APNs client of one lane: one credential, one host, one team per connection. */
export interface ApnsClient {
  /** How many pushes may be handed over now. 0 while there is no open connection or the window is full. */
  readonly room: number;
  readonly state: ClientState;
  /**
   * Resolves when there is room, opening a connection if need be; it goes on reconnecting (back-off, jitter) until
   * there is. Resolves early when `signal` aborts or the client is closed: look at `room` afterwards. Never rejects.
   */
  ready(signal?: AbortSignal): Promise<void>;
  /**
   * Hands over one push.
   *
   * @throws RangeError when `room` is 0: that is wrong use
   * @throws DeviceTokenError when the token is no lower-case hex; the push is then not taken
   */
  send(push: Push): void;
  /** Stops taking pushes, lets those in flight finish for at most `graceMs`, then settles the rest as `unknown` and closes everything. */
  close(graceMs: number): Promise<void>;
}
