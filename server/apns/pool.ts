import type { BackOff } from './back-off';
import type { ConnectError } from './connect-error';
import type { Connect, Connection, ConnectionListener, ConnectionState, Exchange, Goaway } from './connection';
import type { Outcome } from './outcome';
import { ruleOf } from './reasons';

/** The connections of one lane: one credential, so one team on each. Knows nothing of HTTP/2 and of provider tokens. */
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
  /** A connection with room. Only while there is room. */
  pick(): Connection;
  /** Somebody waits for room: connects, if that would help and may be done now. */
  want(): void;
  /** Sends nothing more over what is open now. Free of the pace, for the one case that it heals. */
  replaceAll(): void;
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
  /** Most connections at once. */
  connections: number;
  backOff: BackOff;
  /** A connection that carried nothing for so long is closed. */
  idleMs: number;
  now: () => number;
  listener: PoolListener;
}

interface Member {
  readonly connection: Connection;
  /** `performance.now()` */
  openedAt: number | null;
  /** Looks of the idle timer since it was last used. */
  idleLooks: number;
  /** Server errors and time-outs in a row. */
  fruitless: number;
}

/** So many in a row mean that it is this connection that is broken (jchambers/pushy#408, #811). */
const MOST_FRUITLESS = 5;
/** A connection that was of use for so long may be replaced at once. */
const STEADY_MS = 10_000;
const IDLE_LOOKS = 4;

/** Connects lazily and one at a time; the next connection is under way before a dying one has given its last answers. */
export function createPool({ connect, connections, backOff, idleMs, now, listener }: PoolOptions): Pool {
  /** Those that may take requests, or will. */
  let members: Member[] = [];
  /** Those that take no more. */
  const leaving = new Set<Connection>();
  let retry: { timer: NodeJS.Timeout; at: number } | null = null;
  /** The first connection that ends early may be replaced at once. */
  let forgiving = true;
  let idleTimer: NodeJS.Timeout | null = null;
  let closing: (() => void) | null = null;
  let closed: Promise<void> | null = null;

  const connectionListener: ConnectionListener = {
    settled(connection, exchange, outcome) {
      const member = memberOf(connection);
      if (member) judge(member, outcome);
      listener.settled(exchange, outcome, member !== undefined);
    },
    changed(connection) {
      if (connection.state === 'open') noteOpened(connection);
      // By itself: its stream ids have run out.
      else if (connection.state === 'draining') leave(connection);
      listener.changed();
    },
    goaway(connection, goaway) {
      listener.goaway(goaway);
      leave(connection);
    },
    closed(connection, error) {
      listener.closed(error);
      leave(connection);
      leaving.delete(connection);
      endIfEmpty();
    },
  };

  function memberOf(connection: Connection): Member | undefined {
    for (const member of members) if (member.connection === connection) return member;
    return undefined;
  }

  function want(): void {
    if (closed || retry || members.length >= connections) return;
    // One that is on its way, or has room, is enough: another helps only when the window is the limit.
    if (members.some(({ connection }) => connection.state !== 'open' || connection.room > 0)) return;
    members.push({ connection: connect(connectionListener), openedAt: null, idleLooks: 0, fruitless: 0 });
    idleTimer ??= setInterval(closeIdle, idleMs / IDLE_LOOKS).unref();
    listener.connecting();
  }

  function noteOpened(connection: Connection): void {
    const member = memberOf(connection);
    if (!member || member.openedAt !== null) return;
    member.openedAt = performance.now();
    listener.opened();
  }

  function judge(member: Member, outcome: Outcome): void {
    if (isFruitless(outcome)) member.fruitless++;
    else if (outcome.kind !== 'unsent') member.fruitless = 0;
    if (member.fruitless >= MOST_FRUITLESS || asksForAnother(outcome)) {
      member.connection.drain();
      leave(member.connection);
    }
  }

  /** Takes a connection out of use and sees to the next one. */
  function leave(connection: Connection): void {
    const member = memberOf(connection);
    if (!member) return;
    remove(member);
    pace(member);
    if (listener.wanted()) want();
    listener.changed();
  }

  function remove(member: Member): void {
    members = members.filter((other) => other !== member);
    leaving.add(member.connection);
  }

  /** Apple may take opening and closing again and again for an attack: a connection of no use makes the next one wait. */
  function pace({ openedAt }: Member): void {
    if (closed) return;
    const steady = openedAt !== null && performance.now() - openedAt >= STEADY_MS;
    if (steady || (openedAt !== null && forgiving)) {
      forgiving = steady;
      backOff.reset();
      return;
    }
    if (retry) return;
    const waitMs = backOff.next();
    retry = { at: now() + waitMs, timer: setTimeout(retryNow, waitMs) };
    listener.waiting(retry.at);
  }

  function retryNow(): void {
    retry = null;
    if (listener.wanted()) want();
    listener.changed();
  }

  function closeIdle(): void {
    for (const member of members) {
      if (member.connection.inFlight > 0 || ++member.idleLooks <= IDLE_LOOKS) continue;
      remove(member);
      member.connection.drain();
    }
    listener.changed();
  }

  function endIfEmpty(): void {
    if (members.length > 0 || leaving.size > 0) return;
    if (idleTimer) clearInterval(idleTimer);
    idleTimer = null;
    closing?.();
  }

  function closeAll(graceMs: number): Promise<void> {
    if (retry) clearTimeout(retry.timer);
    retry = null;
    const all = new Promise<void>((resolve) => (closing = resolve));
    for (const member of members) {
      remove(member);
      member.connection.drain();
    }
    const end = setTimeout(() => {
      for (const connection of leaving) connection.destroy();
    }, graceMs);
    endIfEmpty();
    return all.finally(() => clearTimeout(end));
  }

  return {
    get room() {
      let room = 0;
      for (const { connection } of members) room += connection.room;
      return room;
    },
    get window() {
      let window = 0;
      for (const { connection } of members) window += connection.window;
      return window;
    },
    get inFlight() {
      let inFlight = 0;
      for (const { connection } of members) inFlight += connection.inFlight;
      for (const connection of leaving) inFlight += connection.inFlight;
      return inFlight;
    },
    get connections() {
      return members.length + leaving.size;
    },
    get states() {
      const states: Partial<Record<ConnectionState, number>> = {};
      for (const { connection } of members) states[connection.state] = (states[connection.state] ?? 0) + 1;
      for (const { state } of leaving) states[state] = (states[state] ?? 0) + 1;
      return states;
    },
    get roundTripMs() {
      const known = members.map(({ connection }) => connection.roundTripMs).filter((ms) => ms !== null);
      return known.length === 0 ? null : known.reduce((sum, ms) => sum + ms, 0) / known.length;
    },
    get progress() {
      if (members.length === 0) return 'none';
      return members.some(({ connection }) => connection.state === 'open') ? 'open' : 'connecting';
    },
    get retryAt() {
      return retry?.at ?? null;
    },
    pick() {
      for (const member of members) {
        if (member.connection.room === 0) continue;
        member.idleLooks = 0;
        return member.connection;
      }
      throw new RangeError('There is no room on any connection.');
    },
    want,
    replaceAll() {
      for (const member of members) {
        remove(member);
        member.connection.drain();
      }
      if (listener.wanted()) want();
    },
    close(graceMs) {
      closed ??= closeAll(graceMs);
      return closed;
    },
  };
}

function isFruitless(outcome: Outcome): boolean {
  if (outcome.kind === 'unknown') return outcome.cause === 'timeout';
  return outcome.kind === 'rejected' && outcome.status === 500;
}

/** Apple says, or means, that the next request needs a new connection. */
function asksForAnother(outcome: Outcome): boolean {
  if (outcome.kind !== 'rejected') return false;
  const { class: reasonClass } = ruleOf(outcome.status, outcome.reason);
  return reasonClass === 'reconnect' || reasonClass === 'hold';
}
