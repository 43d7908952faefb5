import type { Push } from './push';
import type { Answer } from './answer';
import type { Exchange } from './connection';
import { ClientStream } from './http2/client-stream';

/** Of the body of an answer: Apple's refusals have about 50, a success none, and what others answer may be a page. */
const KEPT_BODY_BYTES = 4_096;

/** Requests that were handed to the socket together. */
export interface Flight {
  /** `performance.now()` */
  readonly writtenAt: number;
}

/** One push on its way: the request, the stream and the answer are one object, because there are so many. */
export class RequestExchange extends ClientStream implements Exchange {
  /** Null until it was handed to the socket. */
  flight: Flight | null = null;
  apnsId: string | undefined = undefined;
  uniqueId: string | undefined = undefined;
  private retryAfter: string | undefined = undefined;
  private pieces: Buffer[] | null = null;
  private kept = 0;

  constructor(
    readonly push: Push,
    readonly authorization: string,
  ) {
    super();
  }

  get writtenAt(): number {
    return this.flight?.writtenAt ?? 0;
  }

  override get body(): Buffer {
    return this.push.notification.body;
  }

  override header(name: string, value: string): void {
    if (name === 'apns-id') this.apnsId = value;
    else if (name === 'apns-unique-id') this.uniqueId = value;
    else if (name === 'retry-after') this.retryAfter = value;
  }

  override data(bytes: Buffer, start: number, end: number): void {
    const piece = bytes.subarray(start, Math.min(end, start + KEPT_BODY_BYTES - this.kept));
    this.kept += piece.length;
    if (piece.length > 0) (this.pieces ??= []).push(Buffer.from(piece));
  }

  /** What was answered, as far as it came; null if nothing did. */
  get answer(): Answer | null {
    if (this.status === 0) return null;
    const body = this.pieces === null ? '' : Buffer.concat(this.pieces).toString();
    return { status: this.status, apnsId: this.apnsId, uniqueId: this.uniqueId, retryAfter: this.retryAfter, body };
  }
}
