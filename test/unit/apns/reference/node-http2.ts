import type { Push } from '../../../../server/apns/push';
import http2, { constants, type ClientHttp2Session, type Settings } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { outcomeOf, reasonOfDebugData } from '../../../../server/apns/answer';
import { ConnectError, explainSocketError } from '../../../../server/apns/connect-error';
import {
  provesToken,
  type Connect,
  type Connection,
  type ConnectionListener,
  type ConnectionState,
  type ConnectOptions,
} from '../../../../server/apns/connection';
import { Http2Exchange } from './http2-exchange';
import { createKeepAlive, type KeepAlive } from '../../../../server/apns/keep-alive';
import type { Outcome } from '../../../../server/apns/outcome';
import { createRequestClock, type RequestClock } from './request-clock';
import { createRequestHeaders, type RequestHeaders } from './request-headers';
import { connectTimeout, openSocket } from '../../../../server/apns/socket';

/** How long the server may take to close its side once nothing is under way. */
const CLOSING_MS = 1_000;
/** Megabytes. Node's default of 10 makes it reset streams when a thousand are under way. */
const MAX_SESSION_MEMORY = 1_000;
const REQUEST_OPTIONS = { endStream: false } as const;

/**
 * Connections over `node:http2`. What it cannot do, and what callers get for it:
 *
 * - It does not tell when a body that waits for the server's flow control was written. A request counts as written
 *   when it was handed over, and may end as `unknown` where it was `unsent`; never the other way round.
 * - It destroys the session on a GOAWAY with an error code, so that requests the server may have answered end as
 *   `unknown`.
 */
export function createNodeHttp2Connect(options: ConnectOptions): Connect {
  return (listener, authorization) => new NodeHttp2Connection(options, listener, authorization);
}

class NodeHttp2Connection implements Connection {
  state: ConnectionState = 'connecting';
  inFlight = 0;
  readonly roundTripMs = null;
  private readonly abort = new AbortController();
  private readonly clock: RequestClock<Http2Exchange>;
  private readonly headersOf: RequestHeaders = createRequestHeaders();
  private readonly connectTimer: NodeJS.Timeout;
  private closingTimer: NodeJS.Timeout | undefined;
  private session: ClientHttp2Session | null = null;
  private socket: TLSSocket | null = null;
  private keepAlive: KeepAlive | null = null;
  /** The server's stream limit; until it has told, none. */
  private serverLimit = 0;
  private error: ConnectError | null = null;

  constructor(
    private readonly options: ConnectOptions,
    private readonly listener: ConnectionListener,
    private readonly authorization: string,
  ) {
    const { target, requestTimeoutMs, connectTimeoutMs } = options;
    this.clock = createRequestClock({ timeoutMs: requestTimeoutMs, ranOut: (exchange) => this.ranOut(exchange) });
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
    return Math.max(0, this.window - this.inFlight);
  }

  send(push: Push): void {
    const exchange = new Http2Exchange(push, this.authorization, this);
    this.inFlight++;
    this.clock.start(exchange);
    try {
      // Node copies the headers before it returns.
      const headers = this.headersOf(push, this.authorization);
      exchange.begin((this.session as ClientHttp2Session).request(headers, REQUEST_OPTIONS));
    } catch {
      // The session has ended, or has no stream ids left.
      setImmediate(() => {
        this.ended(exchange);
        this.drain();
      });
    }
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
    if (this.session === null) {
      this.abort.abort();
      setImmediate(() => this.finish());
      return;
    }
    this.session.destroy();
    // The session waits until everything is written, which a deaf server can put off for ever.
    this.socket?.destroy();
  }

  /** For the exchange: its stream has ended, one way or another. */
  ended(exchange: Http2Exchange): void {
    this.inFlight--;
    this.settle(exchange, this.outcomeOf(exchange));
    if (this.state === 'draining') this.closeWhenIdle();
  }

  private begin(socket: TLSSocket): void {
    if (this.state !== 'connecting') {
      socket.destroy();
      return;
    }
    const { target, pingMs, pingDeadlineMs } = this.options;
    const session = http2.connect(`https://${target.where}`, {
      createConnection: () => socket,
      maxSessionMemory: MAX_SESSION_MEMORY,
      // Node assumes 100 until the server's SETTINGS come.
      peerMaxConcurrentStreams: 1,
      settings: { enablePush: false },
    });
    this.session = session;
    this.socket = socket;
    this.keepAlive = createKeepAlive({
      pingMs,
      deadlineMs: pingDeadlineMs,
      ping(answered) {
        if (!session.destroyed) session.ping((error) => error ?? answered());
      },
      dead: () => this.fail(new ConnectError('no-answer', `${target.name} stopped answering.`)),
    });
    session.on('remoteSettings', ({ maxConcurrentStreams }: Settings) => this.limit(maxConcurrentStreams ?? Infinity));
    session.on('goaway', (code: number, lastStreamId: number, debugData?: Uint8Array) => {
      this.goaway(code, lastStreamId, debugData);
    });
    session.on('error', (error) => {
      // After a GOAWAY, Node only repeats its code.
      if (this.state !== 'draining') this.error ??= explainSocketError(error, target.name);
    });
    session.on('close', () => this.finish());
    // Should the session not notice.
    socket.on('close', () => setImmediate(() => this.finish()));
  }

  private limit(streams: number): void {
    this.serverLimit = streams;
    this.keepAlive?.heard();
    if (this.state === 'connecting') {
      clearTimeout(this.connectTimer);
      this.state = 'warming';
    }
    this.listener.changed(this);
  }

  private goaway(code: number, lastStreamId: number, debugData: Uint8Array = Buffer.alloc(0)): void {
    for (const exchange of this.clock.running) exchange.cutOffAbove(lastStreamId);
    this.state = 'draining';
    this.listener.goaway(this, { code, reason: reasonOfDebugData(Buffer.from(debugData).toString()) });
    this.closeWhenIdle();
  }

  private ranOut(exchange: Http2Exchange): void {
    this.settle(exchange, exchange.answer ? this.outcomeOf(exchange) : { kind: 'unknown', cause: 'timeout' });
    exchange.stream?.close(constants.NGHTTP2_CANCEL);
    this.keepAlive?.ask();
  }

  private outcomeOf({ answer, stream, cutOff }: Http2Exchange): Outcome {
    if (answer) {
      this.keepAlive?.heard();
      return outcomeOf(answer, this.options.now);
    }
    if (stream?.id === undefined) return { kind: 'unsent', cause: 'not-written' };
    if (cutOff) return { kind: 'unsent', cause: 'goaway' };
    // Of a session that was destroyed, streams carry Node's code (that of an error GOAWAY, say), not one of their own.
    if (this.session?.destroyed || this.socket?.destroyed) return { kind: 'unknown', cause: 'connection-lost' };
    if (stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) return { kind: 'unsent', cause: 'refused-stream' };
    return { kind: 'unknown', cause: 'stream-reset' };
  }

  private settle(exchange: Http2Exchange, outcome: Outcome): void {
    if (!exchange.settled) {
      exchange.settled = true;
      this.clock.stop(exchange);
      if (this.state === 'warming' && provesToken(outcome)) this.state = 'open';
      this.listener.settled(this, exchange, outcome);
    }
    if (this.state !== 'closed') this.listener.changed(this);
  }

  private closeWhenIdle(): void {
    if (this.inFlight > 0 || this.closingTimer) return;
    // Not before: it sends a GOAWAY, which overtakes requests that are not flushed yet, and servers may drop those.
    this.session?.close();
    this.closingTimer = setTimeout(() => this.socket?.destroy(), CLOSING_MS);
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
    this.keepAlive?.stop();
    this.socket?.destroy();
    for (const exchange of [...this.clock.running]) this.settle(exchange, this.outcomeOf(exchange));
    this.clock.close();
    const lost = () => new ConnectError('lost', `${this.options.target.name} closed the connection.`);
    this.listener.closed(this, this.error ?? (inOrder ? null : lost()));
  }
}
