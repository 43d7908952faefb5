import type { Push } from './push';
import type { TLSSocket } from 'node:tls';
import { acceptance, outcomeOf, reasonOfDebugData } from './answer';
import { ConnectError, explainSocketError } from './connect-error';
import {
  provesToken,
  type Connect,
  type Connection,
  type ConnectionListener,
  type ConnectionState,
  type ConnectOptions,
} from './connection';
import { ERROR_CODE, type Http2Error } from './http2/error-code';
import { ClientSession, type SessionListener } from './http2/session';
import { createKeepAlive, type KeepAlive } from './keep-alive';
import type { Outcome } from './outcome';
import { RequestBlocks } from './request-blocks';
import { RequestExchange, type Flight } from './request-exchange';
import { connectTimeout, openSocket } from './socket';
import { Transport } from './transport';

/** How long the server may take to close its side once nothing is under way. */
const CLOSING_MS = 1_000;
/** Requests that wait for the socket beyond this stay with the caller. */
const MAX_OUTPUT_BYTES = 262_144;

/** Connections that speak HTTP/2 by themselves; see `http2/session.ts`. */
export function createHttp2Connect(options: ConnectOptions): Connect {
  return (listener, authorization) => new Http2Connection(options, listener, authorization);
}

class Http2Connection implements Connection, SessionListener<RequestExchange> {
  state: ConnectionState = 'connecting';
  inFlight = 0;
  roundTripMs: number | null = null;
  private readonly abort = new AbortController();
  private readonly connectTimer: NodeJS.Timeout;
  private readonly session: ClientSession<RequestExchange>;
  private readonly blocks: RequestBlocks;
  private closingTimer: NodeJS.Timeout | undefined;
  private clock: NodeJS.Timeout | null = null;
  /** Runs while the server takes no requests at all. */
  private limitTimer: NodeJS.Timeout | undefined;
  private transport: Transport | null = null;
  private keepAlive: KeepAlive | null = null;
  private ponged: (() => void) | null = null;
  /** The server's stream limit; until it has told, none. */
  private serverLimit = 0;
  /** Whole in the output, not yet handed to the socket. */
  private unflushed: RequestExchange[] = [];
  /** When requests began to wait to be written, or the socket last took something. `performance.now()` */
  private progressAt = 0;
  /** Whether an answer of this reading was timed: one is enough. */
  private isTimed = false;
  private error: ConnectError | null = null;

  constructor(
    private readonly options: ConnectOptions,
    private readonly listener: ConnectionListener,
    private readonly authorization: string,
  ) {
    const { target, connectTimeoutMs, firstStreamId } = options;
    this.session = new ClientSession<RequestExchange>({
      listener: this,
      writeHeaders: (out, { push }) => this.blocks.write(out, push),
      firstStreamId,
    });
    const authority = target.where.replace(/:443$/, '');
    this.blocks = new RequestBlocks(this.session.encoder, authority, authorization);
    let isTunnelled = false;
    this.connectTimer = setTimeout(() => {
      this.fail(connectTimeout(target, isTunnelled));
    }, connectTimeoutMs);
    openSocket(target, this.abort.signal, () => (isTunnelled = true)).then(
      (socket) => this.begin(socket),
      (error: unknown) => this.fail(explainSocketError(error, target.name)),
    );
  }

  get window(): number {
    if (this.state === 'open') return Math.min(this.options.streams, this.serverLimit);
    return this.state === 'warming' ? Math.min(1, this.serverLimit) : 0;
  }

  get room(): number {
    const room = this.window - this.inFlight;
    // What the server or the socket does not take now stays with the caller, who may have another connection for it.
    return room <= 0 || this.session.isBlocked || this.session.out.length > MAX_OUTPUT_BYTES ? 0 : room;
  }

  send(push: Push): void {
    if (!this.hasUnwritten()) this.progressAt = performance.now();
    this.inFlight++;
    this.session.request(new RequestExchange(push, this.authorization));
    this.transport?.flushSoon();
    if (this.clock === null) this.armClock(this.options.requestTimeoutMs);
    if (this.session.canOpen) return;
    // The stream ids have run out: another connection takes over.
    this.state = 'draining';
    setImmediate(() => this.listener.changed(this));
  }

  drain(): void {
    if (this.state === 'closed') return;
    if (this.state === 'connecting') {
      this.destroy();
      return;
    }
    this.state = 'draining';
    this.closeWhenIdle();
  }

  destroy(): void {
    if (this.state === 'closed') return;
    this.state = 'draining';
    if (this.transport) {
      this.transport.destroy();
      return;
    }
    this.abort.abort();
    setImmediate(() => this.finish());
  }

  // What the session tells.

  settings({ maxConcurrentStreams }: { maxConcurrentStreams: number }): void {
    this.serverLimit = maxConcurrentStreams;
    this.watchLimit();
    if (this.state !== 'connecting') return;
    clearTimeout(this.connectTimer);
    this.state = 'warming';
  }

  /** A limit of 0 is for short durations (RFC 9113 §6.5.2); a server that stays there is left for a new connection. */
  private watchLimit(): void {
    if (this.serverLimit > 0) {
      clearTimeout(this.limitTimer);
      this.limitTimer = undefined;
      return;
    }
    const { target, requestTimeoutMs } = this.options;
    this.limitTimer ??= setTimeout(() => {
      this.fail(new ConnectError('no-answer', `${target.name} keeps its stream limit at 0: it takes no requests.`));
    }, requestTimeoutMs).unref();
  }

  wrote(exchange: RequestExchange): void {
    this.unflushed.push(exchange);
  }

  ended(exchange: RequestExchange): void {
    this.inFlight--;
    if (!this.isTimed && exchange.end === 'complete') this.time(exchange);
    this.settle(exchange, this.outcomeOf(exchange));
  }

  goaway(code: number, debug: Buffer): void {
    // A server's answer to our own good-bye is no news.
    if (this.closingTimer) return;
    this.state = 'draining';
    this.listener.goaway(this, { code, reason: reasonOfDebugData(debug.toString()) });
  }

  pong(): void {
    this.ponged?.();
  }

  failed({ message }: Http2Error): void {
    const { name } = this.options.target;
    this.error ??= new ConnectError('protocol', `${name} does not speak HTTP/2 as APNs does: ${message}`);
    this.state = 'draining';
    // They were in the output that the session has thrown away.
    this.unflushed.length = 0;
    this.close();
    this.transport?.destroySoon();
  }

  private begin(socket: TLSSocket): void {
    if (this.state !== 'connecting') {
      socket.destroy();
      return;
    }
    const { target, pingMs, pingDeadlineMs } = this.options;
    this.transport = new Transport(socket, this.session, {
      handing: () => this.handing(),
      handed: () => (this.progressAt = performance.now()),
      read: () => this.read(),
      turn: () => this.keepAlive?.heard(),
      closed: (error) => {
        if (error && this.state === 'connecting') this.error ??= explainSocketError(error, target.name);
        this.finish();
      },
    });
    this.keepAlive = createKeepAlive({
      pingMs,
      deadlineMs: pingDeadlineMs,
      ping: (answered) => {
        this.ponged = answered;
        this.session.ping();
        this.transport?.flushSoon();
      },
      dead: () => this.noAnswer(),
    });
  }

  /** The output goes to the socket now: from here on it may have reached the server. */
  private handing(): void {
    const flight: Flight = { writtenAt: performance.now() };
    for (const exchange of this.unflushed) exchange.flight = flight;
    this.unflushed.length = 0;
  }

  private time({ writtenAt }: RequestExchange): void {
    this.isTimed = true;
    const elapsedMs = performance.now() - writtenAt;
    this.roundTripMs = this.roundTripMs === null ? elapsedMs : this.roundTripMs + (elapsedMs - this.roundTripMs) / 8;
  }

  /** Something was read. */
  private read(): void {
    this.isTimed = false;
    if (!this.session.canOpen && this.state !== 'connecting') {
      this.state = 'draining';
      for (const exchange of this.session.takeWaiting()) {
        this.inFlight--;
        this.settle(exchange, this.outcomeOf(exchange));
      }
    }
    // After a failure `closed` follows at once, and says why.
    if (this.state === 'closed' || this.session.isFailed) return;
    this.listener.changed(this);
    if (this.state === 'draining') this.closeWhenIdle();
  }

  private armClock(ms: number): void {
    // If the event loop was held up, answers may be waiting in the socket: they are read before anything runs out.
    this.clock = setTimeout(() => setImmediate(() => this.checkClock()), Math.ceil(ms)).unref();
  }

  /** Each request has its own time limit; one timer, set for the next that runs out, is enough for all. */
  private checkClock(): void {
    this.clock = null;
    if (this.state === 'closed' || this.inFlight === 0) return;
    const { requestTimeoutMs } = this.options;
    const now = performance.now();
    let nextMs = requestTimeoutMs;
    let late = false;
    for (const exchange of this.session.streams.all()) {
      if (exchange.writtenAt === 0) continue;
      const leftMs = exchange.writtenAt + requestTimeoutMs - now;
      if (leftMs > 0) nextMs = Math.min(nextMs, leftMs);
      else {
        late = true;
        this.ranOut(exchange);
      }
    }
    if (this.hasUnwritten()) {
      const leftMs = this.progressAt + requestTimeoutMs - now;
      if (leftMs <= 0) return this.noAnswer();
      nextMs = Math.min(nextMs, leftMs);
    }
    if (this.inFlight > 0) this.armClock(nextMs);
    if (!late) return;
    this.keepAlive?.ask();
    this.transport?.flushSoon();
    this.read();
  }

  /** Whether something waits for the server or the socket; a stream limit is no reason to doubt the connection. */
  private hasUnwritten(): boolean {
    return this.unflushed.length > 0 || (this.session.isBlocked && !this.session.isAtLimit);
  }

  private ranOut(exchange: RequestExchange): void {
    this.session.cancel(exchange, ERROR_CODE.CANCEL);
    this.inFlight--;
    this.settle(exchange, exchange.status > 0 ? this.outcomeOf(exchange) : { kind: 'unknown', cause: 'timeout' });
  }

  private outcomeOf(exchange: RequestExchange): Outcome {
    if (exchange.status === 200) return acceptance(exchange.apnsId, exchange.uniqueId);
    const { answer, end, resetCode, writtenAt } = exchange;
    if (answer) return outcomeOf(answer, this.options.now);
    if (end === 'unprocessed') return { kind: 'unsent', cause: 'goaway' };
    if (end === 'reset' && resetCode === ERROR_CODE.REFUSED_STREAM) return { kind: 'unsent', cause: 'refused-stream' };
    // A request that was not written to its end cannot have been processed.
    if (writtenAt === 0) return { kind: 'unsent', cause: 'not-written' };
    return { kind: 'unknown', cause: end === 'reset' ? 'stream-reset' : 'connection-lost' };
  }

  private settle(exchange: RequestExchange, outcome: Outcome): void {
    if (this.state === 'warming' && provesToken(outcome)) this.state = 'open';
    this.listener.settled(this, exchange, outcome);
  }

  private closeWhenIdle(): void {
    if (this.inFlight > 0 || this.closingTimer || !this.transport) return;
    this.session.goaway();
    this.close();
  }

  /** Sends what is left, and gives the server a moment to close its side. */
  private close(): void {
    this.transport?.end();
    this.closingTimer ??= setTimeout(() => this.transport?.destroy(), CLOSING_MS);
  }

  private noAnswer(): void {
    this.fail(new ConnectError('no-answer', `${this.options.target.name} stopped answering.`));
  }

  private fail(error: ConnectError): void {
    this.error ??= error;
    this.destroy();
  }

  /** Once, when the socket is gone or never was. */
  private finish(): void {
    if (this.state === 'closed') return;
    const inOrder = this.state === 'draining';
    this.state = 'closed';
    clearTimeout(this.connectTimer);
    clearTimeout(this.closingTimer);
    clearTimeout(this.limitTimer);
    if (this.clock) clearTimeout(this.clock);
    this.keepAlive?.stop();
    const left = [...this.session.streams.all(), ...this.session.takeWaiting()];
    this.inFlight = 0;
    for (const exchange of left) this.settle(exchange, this.outcomeOf(exchange));
    const lost = () => new ConnectError('lost', `${this.options.target.name} closed the connection.`);
    this.listener.closed(this, this.error ?? (inOrder ? null : lost()));
  }
}
