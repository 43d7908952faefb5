import type { ClientStream } from './client-stream';
import { ERROR_CODE, Http2Error } from './error-code';
import { FLAG, DEFAULT_WINDOW_BYTES, MAX_31_BITS, TYPE } from './frame-type';
import type { FrameWriter } from './frame-writer';
import type { RemoteSettings } from './remote-settings';

/** What writes the header block of a stream's request, when its turn has come: HPACK depends on the order. */
export type WriteHeaders<Stream> = (out: FrameWriter, stream: Stream) => void;

export interface RequestWriterOptions<Stream> {
  out: FrameWriter;
  remote: RemoteSettings;
  writeHeaders: WriteHeaders<Stream>;
  /** Gives the stream its id, or says that it may not be opened now. */
  open(stream: Stream): boolean;
  /** The whole request is in the output. */
  wrote(stream: Stream): void;
}

/**
 * Writes requests as far as the server's flow control lets us (RFC 9113 §5.2). A request whose body does not fit waits,
 * its header unwritten, and all others behind it; only where a server's window for each stream is smaller than the body
 * does the header go ahead, because no such window opens before.
 */
export class RequestWriter<Stream extends ClientStream> {
  /** The connection's window. */
  private window: number = DEFAULT_WINDOW_BYTES;
  private readonly waiting: Stream[] = [];
  /** Written in part; their own windows hold them up. */
  private readonly begun = new Set<Stream>();

  constructor(private readonly options: RequestWriterOptions<Stream>) {}

  /** Whether requests wait. */
  get isBlocked(): boolean {
    return this.waiting.length > 0 || this.begun.size > 0;
  }

  write(stream: Stream): void {
    if (this.waiting.length > 0 || !this.begin(stream)) this.waiting.push(stream);
  }

  /** WINDOW_UPDATE of the connection. */
  widen(increment: number): void {
    this.window += increment;
    if (this.window > MAX_31_BITS) {
      throw new Http2Error(ERROR_CODE.FLOW_CONTROL_ERROR, "The connection's window grew beyond 31 bits.");
    }
    this.pump();
  }

  /** WINDOW_UPDATE of a stream. @returns whether the window is still one */
  widenStream(stream: Stream, increment: number): boolean {
    stream.window += increment;
    if (stream.window > MAX_31_BITS) return false;
    this.pump();
    return true;
  }

  /** SETTINGS_INITIAL_WINDOW_SIZE changed: windows move with it, also below 0 (RFC 9113 §6.9.2). */
  shift(streams: Iterable<Stream>, change: number): void {
    for (const stream of streams) {
      stream.window += change;
      if (stream.window > MAX_31_BITS) {
        throw new Http2Error(ERROR_CODE.FLOW_CONTROL_ERROR, "SETTINGS made a stream's window grow beyond 31 bits.");
      }
    }
    this.pump();
  }

  /** The stream has ended: what is not written never will be. */
  forget(stream: Stream): void {
    this.begun.delete(stream);
  }

  /** Takes the requests back that have not begun, oldest first. */
  takeWaiting(): Stream[] {
    return this.waiting.splice(0);
  }

  /** Writes what may be written now. */
  pump(): void {
    for (const stream of this.begun) {
      if (this.window <= 0) return;
      this.continueBody(stream);
    }
    let count = 0;
    while (count < this.waiting.length && this.begin(this.waiting[count])) count++;
    if (count > 0) this.waiting.splice(0, count);
  }

  /** @returns whether it has begun; false: it has to wait, and nothing was written */
  private begin(stream: Stream): boolean {
    const { out, remote, open, writeHeaders } = this.options;
    const { length } = stream.body;
    // The smaller of the two is all that could go out at once.
    if (this.window < Math.min(length, Math.max(remote.initialWindowBytes, 1))) return false;
    if (!open(stream)) return false;
    const head = out.openHead();
    writeHeaders(out, stream);
    out.closeHead(head, TYPE.HEADERS, FLAG.END_HEADERS, stream.id);
    if (length <= stream.window && length <= remote.maxFrameBytes) {
      out.data(stream.id, stream.body, 0, length, true);
      this.spend(stream, length);
    } else {
      this.begun.add(stream);
      this.continueBody(stream);
    }
    return true;
  }

  private continueBody(stream: Stream): void {
    const { out, remote } = this.options;
    while (!stream.isWhole) {
      const left = stream.body.length - stream.written;
      const count = Math.min(left, stream.window, this.window, remote.maxFrameBytes);
      if (count <= 0) return;
      out.data(stream.id, stream.body, stream.written, stream.written + count, count === left);
      this.spend(stream, count);
    }
  }

  private spend(stream: Stream, count: number): void {
    this.window -= count;
    stream.window -= count;
    stream.written += count;
    if (stream.written < stream.body.length) return;
    stream.isWhole = true;
    this.begun.delete(stream);
    this.options.wrote(stream);
  }
}
