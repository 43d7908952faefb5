import type { Push } from '../../../../server/apns/push';
import type { ClientHttp2Stream, IncomingHttpHeaders, IncomingHttpStatusHeader } from 'node:http2';
import type { Answer } from '../../../../server/apns/answer';
import type { Exchange } from '../../../../server/apns/connection';

/** Of the body of a refusal; Apple's have about 50. */
const KEPT_BODY_LENGTH = 4_096;
const EXCHANGE = Symbol('exchange');

/** A stream finds its exchange by itself, so that all streams share their listeners: no closure per push. */
interface ExchangeStream extends ClientHttp2Stream {
  [EXCHANGE]: Http2Exchange;
}

/** What collects one answer over `node:http2`. */
export class Http2Exchange implements Exchange {
  readonly writtenAt = performance.now();
  /** Null until it was handed to Node. */
  stream: ClientHttp2Stream | null = null;
  /** Its outcome is known; the stream may still be ending. */
  settled = false;
  /** A GOAWAY said that it was not processed. */
  cutOff = false;
  private status = 0;
  private headers: IncomingHttpHeaders | null = null;
  private body = '';

  constructor(
    readonly push: Push,
    readonly authorization: string,
    private readonly owner: { ended(exchange: Http2Exchange): void },
  ) {}

  /** Takes the stream that was opened for it, and writes the payload. */
  begin(stream: ClientHttp2Stream): void {
    this.stream = stream;
    (stream as ExchangeStream)[EXCHANGE] = this;
    stream.on('response', onResponse);
    // What happened is known when it closes, but without a listener it would end the process.
    stream.on('error', ignore);
    stream.on('close', onClose);
    stream.end(this.push.notification.body);
  }

  /** Of a GOAWAY. A stream that was reset before it has been looked at, whatever the server says now. */
  cutOffAbove(lastStreamId: number): void {
    if (this.stream?.id !== undefined && this.stream.id > lastStreamId && !this.stream.closed) this.cutOff = true;
  }

  /** What was answered, as far as it came; null if nothing did. */
  get answer(): Answer | null {
    if (this.status === 0) return null;
    const apnsId = this.headers?.['apns-id'];
    return {
      status: this.status,
      apnsId: typeof apnsId === 'string' ? apnsId : this.push.apnsId,
      retryAfter: this.headers?.['retry-after'],
      body: this.body,
    };
  }

  answered(status: number, headers: IncomingHttpHeaders): void {
    this.status = status;
    this.headers = headers;
  }

  received(text: string): void {
    if (this.body.length < KEPT_BODY_LENGTH) this.body += text;
  }

  closed(): void {
    this.owner.ended(this);
  }
}

function onResponse(this: ExchangeStream, headers: IncomingHttpHeaders & IncomingHttpStatusHeader): void {
  this[EXCHANGE].answered(headers[':status'] ?? 0, headers);
  this.setEncoding('utf8');
  this.on('data', onData);
}

function onData(this: ExchangeStream, text: string): void {
  this[EXCHANGE].received(text);
}

function onClose(this: ExchangeStream): void {
  this[EXCHANGE].closed();
}

function ignore(): void {}
