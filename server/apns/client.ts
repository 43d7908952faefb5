import type { Push } from './push';
import { createBackOff } from './back-off';
import type { ApnsClient, ClientState } from './client-types';
import type { Connect, ConnectOptions } from './connection';
import { Counter } from './counts';
import type { ApnsCredential } from './credential';
import { checkDeviceToken } from './device-token';
import { createPublish, isHeard } from './diagnostics';
import { createHttp2Connect } from './http2-connection';
import type { Outcome } from './outcome';
import { createPool } from './pool';
import type { PoolListener } from './pool-types';
import { createProviderToken, type ProviderToken } from './provider-token';
import { ruleOf } from './reasons';
import { createTarget } from './socket';

export interface ApnsClientOptions {
  /** `https://api.push.apple.com`, also with a port: Apple's other one is 2197. */
  origin: string;
  /** PEM of a certificate authority to trust besides Node's own list, or null. */
  ca: string | null;
  credential: ApnsCredential;
  /** The credential's provider token, where others carry it too; else the client makes one for itself. */
  providerToken?: ProviderToken;
  /** Most connections at once. */
  connections: number;
  /** Most pushes in flight on one connection. */
  streams: number;
  requestTimeoutMs: number;
  /** URL of an HTTP proxy that makes tunnels (CONNECT), also with `user:password@`; or null. */
  proxy: string | null;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** Between 0 and 1. */
  random?: () => number;
  /** A connection that carried nothing for so long is closed. */
  idleMs?: number;
  /** Silence after which a server is asked whether it is there. */
  pingMs?: number;
  /** How long the answer to that may take. */
  pingDeadlineMs?: number;
  /** For TCP, TLS and the server's SETTINGS together. */
  connectTimeoutMs?: number;
  /** Between attempts to connect. */
  backOff?: { firstMs: number; longestMs: number };
  /** What speaks HTTP/2; for tests, which run the same scripts over another one. */
  createConnect?: (options: ConnectOptions) => Connect;
  /** What messages on `diagnostics_channel` call the lane. */
  lane?: string;
  /** There is no connection, and the next attempt waits: what is wrong is in `state.error`. */
  onFailed?: () => void;
}

const DEFAULTS = {
  idleMs: 300_000,
  pingMs: 60_000,
  pingDeadlineMs: 10_000,
  connectTimeoutMs: 10_000,
  backOff: { firstMs: 1_000, longestMs: 60_000 },
};
const NOT_WRITTEN: Outcome = { kind: 'unsent', cause: 'not-written' };
const CLOSED: Outcome = { kind: 'unsent', cause: 'closed' };
/** A key that parsed can sign; if it fails all the same, it is not asked again at once. */
const SIGN_AGAIN_MS = 5_000;

/**
 * The APNs client of one lane. It connects when somebody waits for room, and closes again when nothing is sent.
 *
 * An answer that finds fault with the provider token, or with what it may do, it asks again by itself, with one new
 * token on a new connection: APNs is known to give such answers to good tokens (ostinelli/apnotic#109, jchambers/pushy#783).
 * Refused again, the pushes come back as `rejected`.
 *
 * @throws TypeError when an option is no such thing; the message names it and holds no secret
 */
export function createApnsClient(options: ApnsClientOptions): ApnsClient {
  const { now = Date.now, random = Math.random, credential, createConnect = createHttp2Connect } = options;
  const { idleMs, pingMs, pingDeadlineMs, connectTimeoutMs, backOff } = { ...DEFAULTS, ...definedOnly(options) };
  const target = createTarget(options);
  const publish = createPublish({ lane: options.lane ?? null, host: target.where, keyId: credential.keyId });
  const token = options.providerToken ?? createProviderToken({ ...credential, now });
  const counter = new Counter();
  const waiters = new Set<() => void>();
  /** Refused for all pushes alike, so surely not processed: sent again, with another token, before anything else. */
  const resend: { push: Push; refusal: Outcome }[] = [];
  let error: ClientState['error'];
  let failing = false;
  let lastRetryAt: number | undefined;
  let isClosed = false;
  let wakeScheduled = false;
  /** The provider token that connections are made for. */
  let newest: string | null = null;

  const listener: PoolListener = {
    settled({ push, authorization, writtenAt }, outcome, inUse) {
      counter.count(outcome);
      if (isHeard('settled')) {
        const isAnswered = outcome.kind === 'accepted' || outcome.kind === 'rejected';
        const elapsedMs = isAnswered ? performance.now() - writtenAt : null;
        publish('settled', { apnsId: push.apnsId, outcome, elapsedMs });
      }
      // Late answers on a connection that APNs ended do not make its reason the past.
      if (outcome.kind === 'accepted' && inUse) error = undefined;
      else if (outcome.kind === 'rejected' && heals(push, authorization, outcome)) return;
      push.settle(outcome);
    },
    changed: scheduleWake,
    wanted: () => !isClosed && (waiters.size > 0 || resend.length > 0),
    connecting: () => publish('connecting', {}),
    opened() {
      failing = false;
      publish('opened', {});
    },
    goaway(goaway) {
      const why = goaway.reason || `HTTP/2 error ${goaway.code}`;
      error = { code: 'goaway', message: `${target.name} ended the connection: ${why}.` };
      publish('goaway', goaway);
    },
    closed(why) {
      if (why) error = { code: why.code, message: why.message };
      publish('closed', { error: why?.code ?? null });
    },
    waiting(retryAt) {
      failing = true;
      lastRetryAt = retryAt;
      error ??= { code: 'lost', message: `${target.name} ended the connection.` };
      publish('failed', { ...error, retryAt });
      options.onFailed?.();
      giveBack(() => NOT_WRITTEN);
    },
  };

  const pool = createPool({
    connect: createConnect({
      target,
      streams: options.streams,
      requestTimeoutMs: options.requestTimeoutMs,
      pingMs,
      pingDeadlineMs,
      connectTimeoutMs,
      now,
    }),
    token,
    connections: options.connections,
    backOff: createBackOff({ ...backOff, random }),
    idleMs,
    now,
    listener,
  });

  /** @returns whether the push is kept, to be sent again */
  function heals(push: Push, authorization: string, refusal: Outcome & { kind: 'rejected' }): boolean {
    const { class: reasonClass, meaning } = ruleOf(refusal.status, refusal.reason);
    if (reasonClass === 'hold') token.holdRenewal();
    if (reasonClass === 'hold' || reasonClass === 'reconnect') error = { code: refusal.reason, message: meaning };
    if (reasonClass !== 'reauth' && reasonClass !== 'stop') return false;
    if (token.refused(authorization) === 'final') {
      // The others would only be refused again, one by one.
      giveBack(({ refusal }) => refusal);
      return false;
    }
    if (isClosed) {
      push.settle(CLOSED);
      return true;
    }
    resend.push({ push, refusal });
    prepare();
    return true;
  }

  /** Sees to a provider token and a connection. */
  function prepare(): void {
    if (token.current() === null) token.ready().then(scheduleWake, signingFailed);
    pool.want();
  }

  function signingFailed(): void {
    error = { code: 'provider-token', message: 'The provider token cannot be signed with this key.' };
    giveBack(() => NOT_WRITTEN);
    setTimeout(scheduleWake, SIGN_AGAIN_MS).unref();
  }

  function giveBack(outcomeOf: (refused: (typeof resend)[number]) => Outcome): void {
    if (resend.length === 0) return;
    const pushes = resend.splice(0);
    setImmediate(() => {
      for (const refused of pushes) refused.push.settle(outcomeOf(refused));
    });
  }

  function write(push: Push, header: string): void {
    counter.sent++;
    pool.send(push);
    if (isHeard('sent')) publish('sent', { apnsId: push.apnsId });
    if (header === newest) return;
    // Renewed in the background: connections that carry it are to be made while the others still serve.
    newest = header;
    pool.want();
  }

  const roomOf = () => (isClosed || resend.length > 0 || token.current() === null ? 0 : pool.room);

  /** Once for all the answers of a turn of the event loop, so that waiting costs no promise per push. */
  function scheduleWake(): void {
    if (wakeScheduled || (waiters.size === 0 && resend.length === 0)) return;
    wakeScheduled = true;
    setImmediate(wake);
  }

  function wake(): void {
    wakeScheduled = false;
    if (isClosed) return;
    for (let header = token.current(); header !== null && resend.length > 0 && pool.room > 0;) {
      write((resend.shift() as (typeof resend)[number]).push, header);
    }
    if (roomOf() > 0) for (const resolve of [...waiters]) resolve();
    else if (listener.wanted()) prepare();
  }

  return {
    get room() {
      return roomOf();
    },
    get state() {
      const { connections, inFlight, window, states, roundTripMs, progress, retryAt } = pool;
      const state: ClientState = {
        kind: kindOf(),
        connections,
        inFlight: inFlight + resend.length,
        window,
        states,
        roundTripMs,
        counts: counter.snapshot(),
      };
      if (error) state.error = error;
      if (state.kind === 'waiting') state.retryAt = retryAt ?? lastRetryAt;
      return state;

      function kindOf(): ClientState['kind'] {
        if (isClosed) return 'closed';
        if (progress === 'open') return 'open';
        // While the next attempt is made after one that failed, nothing is better yet.
        if (failing && window === 0) return 'waiting';
        return progress === 'none' && !listener.wanted() ? 'idle' : 'connecting';
      }
    },
    ready(signal) {
      if (isClosed || signal?.aborted || roomOf() > 0) return Promise.resolve();
      return new Promise((resolve) => {
        const done = () => {
          waiters.delete(done);
          signal?.removeEventListener('abort', done);
          resolve();
        };
        waiters.add(done);
        signal?.addEventListener('abort', done);
        prepare();
      });
    },
    send(push) {
      const header = isClosed || resend.length > 0 ? null : token.current();
      if (header === null || pool.room === 0) throw new RangeError('There is no room: wait for ready().');
      checkDeviceToken(push.token);
      write(push, header);
    },
    async close(graceMs) {
      isClosed = true;
      for (const resolve of [...waiters]) resolve();
      giveBack(() => CLOSED);
      await pool.close(graceMs);
    },
  };
}

function definedOnly({
  idleMs,
  pingMs,
  pingDeadlineMs,
  connectTimeoutMs,
  backOff,
}: ApnsClientOptions): Partial<typeof DEFAULTS> {
  const given = Object.entries({ idleMs, pingMs, pingDeadlineMs, connectTimeoutMs, backOff });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}
