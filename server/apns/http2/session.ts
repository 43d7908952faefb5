import type { ClientStream, StreamEnd } from './client-stream';
import { ERROR_CODE, Http2Error } from './error-code';
import { FrameReader } from './frame-reader';
import { DEFAULT_HEADER_TABLE_BYTES, DEFAULT_MAX_FRAME_BYTES, FLAG, MAX_31_BITS, SETTING, TYPE } from './frame-type';
import { FrameWriter } from './frame-writer';
import { HeaderBlocks, type HeaderBlock } from './header-blocks';
import { HpackEncoder } from './hpack-encoder';
import { ReceiveWindow } from './receive-window';
import { RemoteSettings } from './remote-settings';
import { RequestWriter, type WriteHeaders } from './request-writer';
import { ResponseReader } from './response-reader';
import { Streams } from './streams';

/** What a session tells. Calls come from inside `receive`, and `wrote` from inside `request` too. */
export interface SessionListener<Stream extends ClientStream> {
  /** SETTINGS came; the first of them make the session ready. */
  settings(remote: RemoteSettings): void;
  /** The whole request is in the output. */
  wrote(stream: Stream): void;
  /** The stream is over; `end` and `resetCode` say how. Not called for streams that were cancelled. */
  ended(stream: Stream): void;
  /** No more requests may be opened. Streams that the server never looked at end right after this. */
  goaway(code: number, debug: Buffer): void;
  /** A PING was answered. */
  pong(): void;
  /** The server broke a rule. The output ends with a GOAWAY; the session reads nothing more. */
  failed(error: Http2Error): void;
}

export interface SessionOptions<Stream extends ClientStream> {
  listener: SessionListener<Stream>;
  writeHeaders: WriteHeaders<Stream>;
  /** Odd. For tests: that of a client is 1. */
  firstStreamId?: number;
}

const MAX_HEADER_LIST_BYTES = 16_384;
/** More of an answer's body is of no use to anybody. */
const MAX_BODY_BYTES = 32_768;
/** Answers (SETTINGS and PING acknowledgements, resets) that may pile up while the server does not read them. */
const MAX_UNREAD_ANSWERS = 1_000;
const GOAWAY_HEAD_BYTES = 8;
const PING_BYTES = 8;
const PING = Buffer.alloc(PING_BYTES);

/**
 * The client's half of one HTTP/2 connection, without any input or output of its own: bytes go in (`receive`), events
 * and bytes (`out`) come out. It speaks RFC 9113 as far as a client needs it that sends small requests, and is strict
 * about the rest.
 */
export class ClientSession<Stream extends ClientStream> {
  /** What is to be sent. Who sends it empties it and says `flushed`. */
  readonly out = new FrameWriter();
  readonly encoder = new HpackEncoder();
  readonly remote = new RemoteSettings();
  readonly streams: Streams<Stream>;
  isFailed = false;
  /** Whole frames that came so far. */
  framesRead = 0;
  private isReady = false;
  private unreadAnswers = 0;
  private readonly reader: FrameReader;
  private readonly blocks = new HeaderBlocks();
  private readonly responses = new ResponseReader(DEFAULT_HEADER_TABLE_BYTES, MAX_HEADER_LIST_BYTES);
  private readonly received: ReceiveWindow;
  private readonly requests: RequestWriter<Stream>;
  private readonly listener: SessionListener<Stream>;

  constructor({ listener, writeHeaders, firstStreamId = 1 }: SessionOptions<Stream>) {
    this.listener = listener;
    this.streams = new Streams<Stream>(firstStreamId);
    this.reader = new FrameReader(DEFAULT_MAX_FRAME_BYTES, (type, flags, stream, bytes, start, end) =>
      this.frame(type, flags, stream, bytes, start, end),
    );
    this.requests = new RequestWriter<Stream>({
      out: this.out,
      remote: this.remote,
      writeHeaders,
      open: (stream) => this.open(stream),
      wrote: (stream) => listener.wrote(stream),
    });
    this.received = new ReceiveWindow(this.out);
    this.out.preface();
    this.out.settings([
      [SETTING.ENABLE_PUSH, 0],
      [SETTING.MAX_HEADER_LIST_SIZE, MAX_HEADER_LIST_BYTES],
    ]);
  }

  /** Whether another stream may be opened: there are ids left, and no GOAWAY came. */
  get canOpen(): boolean {
    return this.streams.canOpen && !this.isFailed;
  }

  /** Whether the server allows no more streams for now. Who sends requests looks at its limit before; it may fall after. */
  get isAtLimit(): boolean {
    return this.streams.size >= this.remote.maxConcurrentStreams;
  }

  /** Whether requests wait for the server's flow control, or its stream limit. */
  get isBlocked(): boolean {
    return this.requests.isBlocked;
  }

  /** Writes a request, or lets it wait until the server's flow control and stream limit allow it. Only while `canOpen`. */
  request(stream: Stream): void {
    this.requests.write(stream);
  }

  /** Takes back the requests of which nothing was written yet. */
  takeWaiting(): Stream[] {
    return this.requests.takeWaiting();
  }

  /** Gives an open stream up; there is no event for it. */
  cancel(stream: Stream, code: number = ERROR_CODE.CANCEL): void {
    if (!this.streams.reset(stream.id)) return;
    this.requests.forget(stream);
    this.out.reset(stream.id, code);
  }

  /** Asks the server whether it is there; the answer is a `pong`. */
  ping(): void {
    this.out.ping(0, PING);
  }

  /** Says good-bye. */
  goaway(): void {
    if (!this.isFailed) this.out.goaway(0, ERROR_CODE.NO_ERROR, '');
  }

  /** To be called when the output was handed on. */
  flushed(): void {
    this.unreadAnswers = 0;
  }

  /**
   * Reads what came from the server.
   *
   * @param maxFrames where to stop, so that one call does not take for ever
   * @returns how far it came; the rest is to be given again
   */
  receive(bytes: Buffer, offset = 0, maxFrames = Infinity): number {
    if (this.isFailed) return bytes.length;
    try {
      const at = this.reader.read(bytes, offset, maxFrames);
      // A stream that ended may make room under the stream limit.
      if (this.requests.isBlocked) this.requests.pump();
      return at;
    } catch (error) {
      if (!(error instanceof Http2Error)) throw error;
      this.isFailed = true;
      // What was not handed on surely never reaches the server.
      this.out.length = 0;
      this.out.goaway(0, error.code, error.message);
      this.listener.failed(error);
      return bytes.length;
    }
  }

  private open(stream: Stream): boolean {
    // RFC 9113 §5.1.2: never more streams than the server allows.
    if (!this.canOpen || this.isAtLimit) return false;
    stream.window = this.remote.initialWindowBytes;
    this.streams.open(stream);
    return true;
  }

  private frame(type: number, flags: number, id: number, bytes: Buffer, start: number, end: number): void {
    this.framesRead++;
    if (this.blocks.isOpen && type !== TYPE.CONTINUATION) {
      throw broken('A header block was interrupted.');
    }
    if (!this.isReady && (type !== TYPE.SETTINGS || flags & FLAG.ACK)) {
      throw broken('The first frame must be SETTINGS.');
    }
    switch (type) {
      case TYPE.HEADERS:
        return this.headers(flags, id, bytes, start, end);
      case TYPE.DATA:
        return this.data(flags, id, bytes, start, end);
      case TYPE.WINDOW_UPDATE:
        return this.windowUpdate(id, bytes, start, end);
      case TYPE.RST_STREAM:
        return this.reset(id, bytes, start, end);
      case TYPE.SETTINGS:
        return this.settings(flags, id, bytes, start, end);
      case TYPE.PING:
        return this.pinged(flags, id, bytes, start, end);
      case TYPE.GOAWAY:
        return this.dismissed(id, bytes, start, end);
      case TYPE.CONTINUATION: {
        const block = this.blocks.continue(id, flags, bytes, start, end);
        return block ? this.block(block) : undefined;
      }
      case TYPE.PRIORITY:
        if (id === 0) throw broken('PRIORITY needs a stream.');
        return expectSize('PRIORITY', 5, end - start);
      case TYPE.PUSH_PROMISE:
        throw broken('Push is switched off.');
      // RFC 9113 §5.5: unknown frames are ignored.
    }
  }

  private headers(flags: number, id: number, bytes: Buffer, start: number, end: number): void {
    this.streams.find(id);
    let from = start;
    let to = end;
    if (flags & FLAG.PADDED) to -= bytes[from++];
    if (flags & FLAG.PRIORITY) from += 5;
    if (from > to || from > end) throw broken('There is more padding than frame.');
    const block = this.blocks.begin(id, flags, bytes, from, to);
    if (block) this.block(block);
  }

  private block(block: HeaderBlock): void {
    const stream = this.streams.find(block.stream);
    const kind = this.responses.read(stream, block);
    if (stream === null) {
      if (!this.streams.isForgiven(block.stream)) throw closed();
    } else if (kind === 'malformed') {
      this.abandon(stream);
    } else if (kind === 'answer' && block.endStream) {
      this.complete(stream);
    }
  }

  private data(flags: number, id: number, bytes: Buffer, start: number, end: number): void {
    const stream = this.streams.find(id);
    this.received.take(end - start);
    let from = start;
    let to = end;
    if (flags & FLAG.PADDED) {
      if (start === end || bytes[start] >= end - start) throw broken('There is more padding than frame.');
      to -= bytes[from++];
    }
    if (stream === null) {
      if (!this.streams.isForgiven(id)) throw closed();
      return;
    }
    stream.received += to - from;
    if (stream.status === 0 || (stream.announced >= 0 && stream.received > stream.announced)) {
      this.abandon(stream);
      return;
    }
    if (to > from) stream.data(bytes, from, to);
    if (flags & FLAG.END_STREAM) this.complete(stream);
    else if (stream.received > MAX_BODY_BYTES) {
      this.cancel(stream);
      this.over(stream, 'complete');
    }
  }

  private windowUpdate(id: number, bytes: Buffer, start: number, end: number): void {
    expectSize('WINDOW_UPDATE', 4, end - start);
    const increment = bytes.readUInt32BE(start) & MAX_31_BITS;
    const stream = id === 0 ? null : this.streams.find(id);
    if (id === 0) {
      if (increment === 0) throw broken('A window cannot grow by nothing.');
      this.requests.widen(increment);
    } else if (stream && increment === 0) {
      this.abandon(stream);
    } else if (stream && !this.requests.widenStream(stream, increment)) {
      this.abandon(stream, ERROR_CODE.FLOW_CONTROL_ERROR);
    }
  }

  private reset(id: number, bytes: Buffer, start: number, end: number): void {
    expectSize('RST_STREAM', 4, end - start);
    const stream = this.streams.find(id);
    if (stream === null) return;
    stream.resetCode = bytes.readUInt32BE(start);
    this.streams.delete(id);
    this.requests.forget(stream);
    // RFC 9113 §8.1: a server that has answered may stop a request it does not want to the end.
    this.over(stream, 'reset');
  }

  private settings(flags: number, id: number, bytes: Buffer, start: number, end: number): void {
    if (id !== 0) throw broken('SETTINGS are for the connection.');
    if (flags & FLAG.ACK) return expectSize('An acknowledgement of SETTINGS', 0, end - start);
    const { remote } = this;
    const windowBefore = remote.initialWindowBytes;
    remote.update(bytes, start, end);
    this.isReady = true;
    this.encoder.limit(remote.headerTableBytes);
    this.answer();
    this.out.settingsAck();
    const change = remote.initialWindowBytes - windowBefore;
    if (change !== 0) this.requests.shift(this.streams.all(), change);
    this.listener.settings(remote);
  }

  private pinged(flags: number, id: number, bytes: Buffer, start: number, end: number): void {
    if (id !== 0) throw broken('PING is for the connection.');
    expectSize('PING', PING_BYTES, end - start);
    if (flags & FLAG.ACK) return this.listener.pong();
    this.answer();
    this.out.ping(FLAG.ACK, bytes.subarray(start, end));
  }

  private dismissed(id: number, bytes: Buffer, start: number, end: number): void {
    if (id !== 0) throw broken('GOAWAY is for the connection.');
    if (end - start < GOAWAY_HEAD_BYTES) throw wrongSize('GOAWAY');
    const unprocessed = this.streams.dismiss(bytes.readUInt32BE(start) & MAX_31_BITS);
    const debug = Buffer.from(bytes.subarray(start + GOAWAY_HEAD_BYTES, end));
    this.listener.goaway(bytes.readUInt32BE(start + 4), debug);
    for (const stream of unprocessed) {
      this.requests.forget(stream);
      this.over(stream, 'unprocessed');
    }
  }

  private complete(stream: Stream): void {
    if (stream.announced >= 0 && stream.received !== stream.announced) {
      this.abandon(stream);
      return;
    }
    // The answer came before the request was whole: the rest is not wanted (RFC 9113 §8.1).
    if (!stream.isWhole) this.cancel(stream);
    else this.streams.delete(stream.id);
    this.over(stream, 'complete');
  }

  /** The answer broke a rule, and only this stream suffers (RFC 9113 §5.4.2 and §8.1.1): it counts as none. */
  private abandon(stream: Stream, code: number = ERROR_CODE.PROTOCOL_ERROR): void {
    this.answer();
    this.cancel(stream, code);
    stream.status = 0;
    stream.resetCode = code;
    this.over(stream, 'reset');
  }

  private over(stream: Stream, end: StreamEnd): void {
    stream.end = end;
    this.listener.ended(stream);
  }

  /** Another frame goes out because the server asked for it: it must read some, too (RFC 9113 §10.5). */
  private answer(): void {
    if (++this.unreadAnswers > MAX_UNREAD_ANSWERS) {
      throw new Http2Error(ERROR_CODE.ENHANCE_YOUR_CALM, 'The server asks and does not read the answers.');
    }
  }
}

const broken = (message: string) => new Http2Error(ERROR_CODE.PROTOCOL_ERROR, message);
const closed = () => new Http2Error(ERROR_CODE.STREAM_CLOSED, 'A frame came on a stream that had ended.');
const wrongSize = (what: string) => new Http2Error(ERROR_CODE.FRAME_SIZE_ERROR, `${what} has the wrong size.`);

function expectSize(what: string, expected: number, size: number): void {
  if (size !== expected) throw wrongSize(what);
}
