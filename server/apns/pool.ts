import type { Connection, ConnectionListener, ConnectionState } from './connection';
import { ERROR_CODE } from './http2/error-code';
import { createLifetime } from './lifetime';
import { ENOUGH_ACCEPTED, Member } from './member';
import type { Pool, PoolOptions } from './pool-types';

const IDLE_LOOKS = 4;
/** A connection that has used up so much of what the server lets it carry needs a successor. */
const WORN = 0.5;
/** Successors at once, where connections are used up faster than made. */
const MOST_SUCCESSORS = 4;

/**
 * Connects lazily and one at a time; the next connection is made before one goes, wherever that can be known, and the
 * next few where the server retires them faster than they can be made.
 *
 * - A connection carries one provider token for life. When the token was renewed, a successor is made; as soon as that is
 *   open, those with the old token take no more. Until then they go on: a renewal costs no push and no pause.
 * - Where the server retires connections by the number of their requests, successors wait, open, in reserve: beyond
 *   `connections`, and without pushes but the one that opened each, until their turn comes.
 */
export function createPool({ connect, token, connections, backOff, idleMs, now, listener }: PoolOptions): Pool {
  const all = new Map<Connection, Member>();
  /** Those that may take requests, or will; the oldest first. */
  let members: Member[] = [];
  const lifetime = createLifetime(ENOUGH_ACCEPTED);
  /** How long the last connection took to open, and for how long the last one that was used up had work. */
  let openingMs = 1;
  let lastingMs = Infinity;
  let retry: { timer: NodeJS.Timeout; at: number } | null = null;
  /** The first connection that ends early may be replaced at once. */
  let forgiving = true;
  let idleTimer: NodeJS.Timeout | null = null;
  let closing: (() => void) | null = null;
  let closed: Promise<void> | null = null;

  const connectionListener: ConnectionListener = {
    settled(connection, exchange, outcome) {
      const member = memberOf(connection);
      member.count(outcome);
      if (member.isInUse && member.isSpoilt) {
        connection.drain();
        leave(member);
      }
      listener.settled(exchange, outcome, member.isInUse);
    },
    changed(connection) {
      if (connection.state === 'open') noteOpened(memberOf(connection));
      // By itself: its stream ids have run out.
      else if (connection.state === 'draining') leave(memberOf(connection));
      listener.changed();
    },
    goaway(connection, goaway) {
      const member = memberOf(connection);
      listener.goaway(goaway);
      leave(member);
      // By then, what the server did not look at has come back as `unsent`.
      if (goaway.code === ERROR_CODE.NO_ERROR) setImmediate(() => lifetime.retired(member.sent - member.unsent));
    },
    closed(connection, error) {
      listener.closed(error);
      leave(memberOf(connection));
      all.delete(connection);
      endIfEmpty();
    },
  };

  /** A connection tells nothing before it was put there, and nothing after `closed`. */
  const memberOf = (connection: Connection): Member => all.get(connection) as Member;

  function want(): void {
    if (closed) return;
    for (const member of members) if (!token.isUsable(member.authorization)) dismiss(member);
    if (retry || members.filter(({ isOnItsWay }) => isOnItsWay).length >= successors()) return;
    const authorization = token.current();
    if (authorization === null) return;
    // Another helps only when the window is the limit.
    const isEnough = members.length >= connections || members.some((member) => roomOn(member) > 0);
    if (isEnough && !isEnding()) return;
    const connection = connect(connectionListener, authorization);
    const member = new Member(connection, authorization);
    all.set(connection, member);
    members.push(member);
    idleTimer ??= setInterval(closeIdle, idleMs / IDLE_LOOKS).unref();
    listener.connecting();
  }

  /** Whether too little of what is in use, or will be, has a future. */
  function isEnding(): boolean {
    if (members.length === 0) return false;
    const authorization = token.current();
    const worn = (lifetime.requests ?? Infinity) * WORN;
    const fresh = members.filter((member) => member.authorization === authorization && member.sent < worn);
    return fresh.length < successors();
  }

  /** How many connections are to be ready, or on their way, beside those that are worn. */
  function successors(): number {
    return lifetime.requests === null ? 1 : Math.min(MOST_SUCCESSORS, Math.max(1, Math.ceil(openingMs / lastingMs)));
  }

  function wantIfNeeded(): void {
    if (listener.wanted() || isEnding()) want();
  }

  function noteOpened(member: Member): void {
    if (!member.isInUse || member.openedAt !== null) return;
    member.openedAt = performance.now();
    openingMs = member.openedAt - member.madeAt;
    listener.opened();
    if (member.authorization === token.current()) {
      for (const other of members) if (other.authorization !== member.authorization) dismiss(other);
    }
    wantIfNeeded();
  }

  /** How many requests a connection in use may take. */
  function roomOn({ connection, authorization, sent }: Member): number {
    if (!token.isUsable(authorization)) return 0;
    return lifetime.requests === null
      ? connection.room
      : Math.max(0, Math.min(connection.room, lifetime.requests - sent));
  }

  /** The one that needs a push to open, or else the oldest that has room. */
  function pick(): Member {
    let chosen: Member | null = null;
    let open = 0;
    for (const member of members) {
      const isOpen = member.connection.state === 'open';
      if ((isOpen && (chosen || ++open > connections)) || roomOn(member) === 0) continue;
      if (!isOpen) return member;
      chosen = member;
    }
    if (chosen === null) throw new RangeError('There is no room on any connection.');
    return chosen;
  }

  /** Sees to it that the next connection is there when the server retires this one. */
  function wear(member: Member, most: number): void {
    if (member.sent >= most) {
      // Its answers take a round trip after the last push.
      lastingMs = performance.now() - member.usedFrom + (member.connection.roundTripMs ?? 0);
      dismiss(member);
      listener.changed();
    }
    if (member.sent >= most * WORN) wantIfNeeded();
  }

  /** Takes a connection that ends, or is broken, out of use and sees to the next one. */
  function leave(member: Member): void {
    if (!member.isInUse) return;
    remove(member);
    pace(member);
    wantIfNeeded();
    listener.changed();
  }

  /** Takes a connection out of use that nothing is wrong with. */
  function dismiss(member: Member): void {
    remove(member);
    member.connection.drain();
  }

  function remove(member: Member): void {
    member.isInUse = false;
    members = members.filter((other) => other !== member);
  }

  /** Apple may take opening and closing again and again for an attack: a connection of no use makes the next one wait. */
  function pace({ openedAt, wasOfUse }: Member): void {
    if (closed) return;
    if (wasOfUse || (openedAt !== null && forgiving)) {
      forgiving = wasOfUse;
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
    wantIfNeeded();
    listener.changed();
  }

  function closeIdle(): void {
    for (const member of members) {
      if (member.connection.inFlight === 0 && ++member.idleLooks > IDLE_LOOKS) dismiss(member);
    }
    // After a pause, what stands between here and APNs may be another.
    if (members.length === 0) lifetime.forget();
    listener.changed();
  }

  function endIfEmpty(): void {
    if (all.size > 0) return;
    if (idleTimer) clearInterval(idleTimer);
    idleTimer = null;
    closing?.();
  }

  function closeAll(graceMs: number): Promise<void> {
    if (retry) clearTimeout(retry.timer);
    retry = null;
    const ended = new Promise<void>((resolve) => (closing = resolve));
    for (const member of members) dismiss(member);
    const end = setTimeout(() => {
      for (const connection of all.keys()) connection.destroy();
    }, graceMs);
    endIfEmpty();
    return ended.finally(() => clearTimeout(end));
  }

  return {
    get room() {
      let room = 0;
      let open = 0;
      for (const member of members) {
        if (member.connection.state === 'open' && ++open > connections) continue;
        room += roomOn(member);
      }
      return room;
    },
    get window() {
      let window = 0;
      for (const { connection } of members) window += connection.window;
      return window;
    },
    get inFlight() {
      let inFlight = 0;
      for (const connection of all.keys()) inFlight += connection.inFlight;
      return inFlight;
    },
    get connections() {
      return all.size;
    },
    get states() {
      const states: Partial<Record<ConnectionState, number>> = {};
      for (const { state } of all.keys()) states[state] = (states[state] ?? 0) + 1;
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
    send(push) {
      const member = pick();
      member.idleLooks = 0;
      if (++member.sent === 2) member.usedFrom = performance.now();
      member.connection.send(push);
      if (lifetime.requests !== null) wear(member, lifetime.requests);
    },
    want,
    close(graceMs) {
      closed ??= closeAll(graceMs);
      return closed;
    },
  };
}
