/**
 * How a stream ended: `complete` with the whole answer · `reset` by the server, or by us because the answer broke a
 * rule · `unprocessed` by a GOAWAY that says that the server never looked at it (RFC 9113 §6.8).
 */
export type StreamEnd = 'complete' | 'reset' | 'unprocessed';

/** One request and its answer. Extended by who sends requests, so that one object per request is all there is. */
export abstract class ClientStream {
  /** 0 until the server may have heard of it. */
  id = 0;
  /** Bytes of the body that were written so far. */
  written = 0;
  /** Whether the request was written to its end. */
  isWhole = false;
  /** What the server's flow control lets us send (RFC 9113 §5.2); negative when it took some back. */
  window = 0;
  /** Of the final answer; 0 until its header came. */
  status = 0;
  end: StreamEnd | null = null;
  /** The error code of a reset. */
  resetCode = 0;
  /** Body bytes that came, and that `content-length` announced; -1 when it did not. */
  received = 0;
  announced = -1;

  /** The request's body: not empty, and not to be changed until it is written. */
  abstract readonly body: Buffer;

  /** A header field of the final answer, or a trailer. */
  abstract header(name: string, value: string): void;

  /** A piece of the answer's body; valid during the call only. */
  abstract data(bytes: Buffer, start: number, end: number): void;
}
