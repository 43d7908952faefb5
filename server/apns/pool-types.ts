import type { Push } from './push';
import type { BackOff } from './back-off';
import type { ConnectError } from './connect-error';
import type { Connect, ConnectionState, Exchange, Goaway } from './connection';
import type { Outcome } from './outcome';
import type { ProviderToken } from './provider-token';

/** The connections of one lane: one credential, so one team on each. Speaks no HTTP/2 itself. */
export interface Pool {
  /** How many requests may be sent now. */
  readonly room: number;
  readonly window: number;
  readonly inFlight: number;
  readonly connections: number;
  /** How many connections are in each state; those without any are left out. */
  readonly states: Partial<Record<ConnectionState, number>>;
  /** From a request's writing to its answer, smoothed, the mean of the connections in use, ms; null before any answer. */
  readonly roundTripMs: number | null;
  /** Whether a connection is open, or on its way to be. */
  readonly progress: 'none' | 'connecting' | 'open';
  /** When the next attempt to connect may come, ms since the epoch; null: now. */
  readonly retryAt: number | null;
  /** Hands a push to a connection with room. Only while there is room. */
  send(push: Push): void;
  /** Somebody waits for room, or the provider token is another: connects, if that would help and may be done now. */
  want(): void;
  /** Takes no more; what is under way may be answered for so long. Resolves when all is closed. */
  close(graceMs: number): Promise<void>;
}

export interface PoolListener {
  /** @param inUse whether its connection is still one that takes requests */
  settled(exchange: Exchange, outcome: Outcome, inUse: boolean): void;
  /** There may be more room, or less. */
  changed(): void;
  /** Whether somebody waits for room: otherwise nothing is connected. */
  wanted(): boolean;
  connecting(): void;
  opened(): void;
  goaway(goaway: Goaway): void;
  /** @param error null: in good order */
  closed(error: ConnectError | null): void;
  /** The next attempt to connect comes at `retryAt` (ms since the epoch), if somebody waits then. */
  waiting(retryAt: number): void;
}

export interface PoolOptions {
  connect: Connect;
  token: Pick<ProviderToken, 'current' | 'isUsable'>;
  /** Most connections at once. */
  connections: number;
  backOff: BackOff;
  /** A connection that carried nothing for so long is closed. */
  idleMs: number;
  now: () => number;
  listener: PoolListener;
}
