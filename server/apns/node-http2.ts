import http2, {
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { outcomeOf, reasonOfDebugData } from './answer';
import type { Push } from './client-types';
import { ConnectError, explainSocketError } from './connect-error';
import type { Connect, Connection, ConnectionListener, ConnectionState, Exchange } from './connection';
import { createKeepAlive, type KeepAlive } from './keep-alive';
import type { Notification } from './notification';
import type { Outcome } from './outcome';
import { createRequestClock, type RequestClock } from './request-clock';
import { openSocket, type Target } from './socket';

export interface NodeHttp2Options {
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
  now: () => number;
}

/** How long the server may take to close its side once nothing is under way. */
const CLOSING_MS = 1_000;
/** Of the body of a refusal; Apple's have about 50. */
const KEPT_BODY_BYTES = 4_096;
/** Megabytes. Node's default of 10 makes it reset streams when a thousand are under way. */
const MAX_SESSION_MEMORY = 1_000;
const REQUEST_OPTIONS = { endStream: false } as const;
const EXCHANGE = Symbol('exchange');

/**
 * Connections over `node:http2`. What it cannot do, and what its callers get:
 *
 * - It does not say when a body that waits for the server's flow control was written. So a request counts as written
 *   when it was handed over, and may end as `unknown` where it was `unsent`; never the other way round.
 * - It destroys the session on a GOAWAY with an error code, so that requests the server would have answered end as
 *   `unknown`.
 */
export function createNodeHttp2Connect(options: NodeHttp2Options): Connect {
  return (listener) => new NodeHttp2Connection(options, listener);
}

class NodeHttp2Exchange implements Exchange {
  readonly writtenAt = performance.now();
  stream: ExchangeStream | null = null;
  status = 0;
  headers: IncomingHttpHeaders | null = null;
  body = '';
  settled = false;

  constructor(
    readonly connection: NodeHttp2Connection,
    readonly push: Push,
    readonly authorization: string,
  ) {}
}

/** A stream finds its exchange by itself, so that its listeners are the same for all streams: no closure per push. */
interface ExchangeStream extends ClientHttp2Stream {
  [EXCHANGE]: NodeHttp2Exchange;
}

class NodeHttp2Connection implements Connection {
  state: ConnectionState = 'connecting';
  inFlight = 0;
  private readonly abort = new AbortController();
  private readonly clock: RequestClock<NodeHttp2Exchange>;
  private readonly connectTimer: NodeJS.Timeout;
  private closingTimer: NodeJS.Timeout | undefined;
  private session: ClientHttp2Session | null = null;
  private socket: TLSSocket | null = null;
  private keepAlive: KeepAlive | null = null;
  /** The server's; until it has said so, there is none. */
  private serverLimit = 0;
  /** Of the server's GOAWAY: streams above it were not processed. */
  private lastStreamId = Number.POSITIVE_INFINITY;
  private error: ConnectError | null = null;
  private headers: OutgoingHttpHeaders = {};
  private headersFor: Notification | null = null;

  constructor(
    private readonly options: NodeHttp2Options,
    private readonly listener: ConnectionListener,
  ) {
    this.clock = createRequestClock({
      timeoutMs: options.requestTimeoutMs,
      ranOut: (exchange) => this.ranOut(exchange),
    });
    this.connectTimer = setTimeout(() => {
      const { where } = options.target;
      this.fail(new ConnectError('timeout', `${where} did not answer in time. Check firewall and network.`));
    }, options.connectTimeoutMs);
    openSocket(options.target, this.abort.signal).then(
      (socket) => this.begin(socket),
      (error: unknown) => this.fail(explainSocketError(error, options.target.where)),
    );
  }

  get window(): number {
    if (this.state === 'open') return Math.min(this.options.streams, this.serverLimit);
    return this.state === 'warming' ? Math.min(1, this.serverLimit) : 0;
  }

  get room(): number {
    return Math.max(0, this.window - this.inFlight);
  }

  send(push: Push, authorization: string): void {
    const exchange = new NodeHttp2Exchange(this, push, authorization);
    this.inFlight++;
    this.clock.start(exchange);
    let stream: ExchangeStream;
    try {
      stream = (this.session as ClientHttp2Session).request(
        this.headersOf(push, authorization),
        REQUEST_OPTIONS,
      ) as ExchangeStream;
    } catch {
      // The session has ended, or has no stream ids left; nothing was written.
      setImmediate(() => {
        this.inFlight--;
        this.settle(exchange, { kind: 'unsent', cause: 'not-written' });
        this.drain();
      });
      return;
    }
    exchange.stream = stream;
    stream[EXCHANGE] = exchange;
    stream.on('response', onResponse);
    stream.on('error', ignore); // what happened is known when it closes
    stream.on('close', onClose);
    stream.end(push.notification.body);
  }

  drain(): void {
    if (this.state === 'closed') return;
    if (this.session === null || this.state === 'connecting') {
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
      ping: (answered) => {
        if (!session.destroyed) session.ping((error) => error ?? answered());
      },
      dead: () => this.fail(new ConnectError('no-answer', `${target.where} stopped answering.`)),
    });
    session.on('remoteSettings', (settings) => this.limit(settings.maxConcurrentStreams ?? Infinity));
    session.on('goaway', (code, lastStreamId, debugData) => this.goaway(code, lastStreamId, debugData));
    session.on('error', (error) => {
      // After a GOAWAY, Node only repeats its code.
      if (this.state !== 'draining') this.error ??= explainSocketError(error, target.where);
    });
    session.on('close', () => this.finish());
    // Node has been seen to forget the session's own event.
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

  private goaway(code: number, lastStreamId: number, debugData: Uint8Array | undefined): void {
    this.lastStreamId = Math.min(this.lastStreamId, lastStreamId);
    this.state = 'draining';
    const reason = reasonOfDebugData(Buffer.from(debugData ?? []).toString());
    this.listener.goaway(this, { code, reason });
    this.closeWhenIdle();
  }

  private headersOf({ notification, token, apnsId }: Push, authorization: string): OutgoingHttpHeaders {
    if (this.headersFor !== notification) {
      this.headersFor = notification;
      this.headers = {
        ':method': 'POST',
        ':path': '',
        authorization,
        'apns-topic': notification.topic,
        'apns-push-type': 'background',
        // Apple: background pushes always use 5; the default, 10, is an error.
        'apns-priority': '5',
        'apns-expiration': String(notification.expiration),
        'apns-id': '',
      };
    }
    // Node copies them before it returns.
    this.headers[':path'] = `/3/device/${token}`;
    this.headers['apns-id'] = apnsId;
    this.headers.authorization = authorization;
    return this.headers;
  }

  private ranOut(exchange: NodeHttp2Exchange): void {
    this.settle(exchange, exchange.status === 0 ? { kind: 'unknown', cause: 'timeout' } : this.answerOf(exchange));
    exchange.stream?.close(constants.NGHTTP2_CANCEL);
    this.keepAlive?.ask();
  }

  /** A stream has ended, one way or another. */
  ended(exchange: NodeHttp2Exchange, stream: ClientHttp2Stream): void {
    this.inFlight--;
    this.settle(exchange, this.outcomeOf(exchange, stream));
    if (this.state === 'draining') this.closeWhenIdle();
  }

  private outcomeOf(exchange: NodeHttp2Exchange, stream: ClientHttp2Stream | null): Outcome {
    return exchange.status === 0 ? this.unanswered(stream) : this.answerOf(exchange);
  }

  private answerOf({ status, headers, body, push }: NodeHttp2Exchange): Outcome {
    this.keepAlive?.heard();
    const apnsId = headers?.['apns-id'];
    const answer = {
      status,
      apnsId: typeof apnsId === 'string' ? apnsId : push.apnsId,
      retryAfter: headers?.['retry-after'],
      body,
    };
    return outcomeOf(answer, this.options.now);
  }

  private unanswered(stream: ClientHttp2Stream | null): Outcome {
    if (stream?.id === undefined) return { kind: 'unsent', cause: 'not-written' };
    if (stream.id > this.lastStreamId) return { kind: 'unsent', cause: 'goaway' };
    const lost = this.session === null || this.session.destroyed || this.socket?.destroyed;
    // When Node destroys the session, streams carry its code (of an error GOAWAY, say), not one of their own.
    const refused = !lost && stream.rstCode === constants.NGHTTP2_REFUSED_STREAM;
    if (refused) return { kind: 'unsent', cause: 'refused-stream' };
    return { kind: 'unknown', cause: lost ? 'connection-lost' : 'stream-reset' };
  }

  private settle(exchange: NodeHttp2Exchange, outcome: Outcome): void {
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
    const ordered = this.state === 'draining';
    this.state = 'closed';
    clearTimeout(this.connectTimer);
    clearTimeout(this.closingTimer);
    this.keepAlive?.stop();
    this.socket?.destroy();
    for (const exchange of [...this.clock.running]) this.settle(exchange, this.outcomeOf(exchange, exchange.stream));
    this.clock.close();
    const lost = () => new ConnectError('lost', `${this.options.target.where} closed the connection.`);
    this.listener.closed(this, this.error ?? (ordered ? null : lost()));
  }
}

/** Whether the answer shows that APNs did not object to the provider token. */
function provesToken(outcome: Outcome): boolean {
  if (outcome.kind === 'accepted') return true;
  return outcome.kind === 'rejected' && outcome.status !== 403 && outcome.reason !== 'TooManyProviderTokenUpdates';
}

function onResponse(this: ExchangeStream, headers: IncomingHttpHeaders & IncomingHttpStatusHeader): void {
  const exchange = this[EXCHANGE];
  exchange.status = headers[':status'] ?? 0;
  exchange.headers = headers;
  if (exchange.status === 200) {
    this.resume();
    return;
  }
  this.setEncoding('utf8');
  this.on('data', onData);
}

function onData(this: ExchangeStream, text: string): void {
  const exchange = this[EXCHANGE];
  if (exchange.body.length < KEPT_BODY_BYTES) exchange.body += text;
}

function onClose(this: ExchangeStream): void {
  const exchange = this[EXCHANGE];
  exchange.connection.ended(exchange, this);
}

function ignore(): void {
  // Without a listener an error would end the process.
}
