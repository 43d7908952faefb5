import type { ClientStream } from './client-stream';
import { ERROR_CODE, Http2Error } from './error-code';
import { MAX_31_BITS } from './frame-type';
import { StreamTable } from './stream-table';

/** Streams that we have reset, whose last frames may still be on their way. */
const MAX_RESET_REMEMBERED = 1_024;

/** The streams of a connection and the life of their ids (RFC 9113 §5.1): idle, open, closed and why. */
export class Streams<Stream extends ClientStream> extends StreamTable<Stream> {
  /** The last stream id of a GOAWAY: those above it were never processed. */
  private lastId: number = MAX_31_BITS;
  private isDismissed = false;
  private readonly resetByUs = new Set<number>();

  /** @param nextId odd */
  constructor(private nextId: number) {
    super();
  }

  /** Whether another may be opened: there are ids left, and no GOAWAY came. */
  get canOpen(): boolean {
    return this.nextId <= MAX_31_BITS && !this.isDismissed;
  }

  open(stream: Stream): void {
    stream.id = this.nextId;
    this.nextId += 2;
    this.add(stream);
  }

  /** The open stream of a frame, or null when it is over. @throws Http2Error when there never was one */
  find(id: number): Stream | null {
    const stream = this.get(id);
    if (stream) return stream;
    if (id === 0 || id % 2 === 0 || id >= this.nextId) {
      throw new Http2Error(ERROR_CODE.PROTOCOL_ERROR, `Stream ${id} does not exist.`);
    }
    return null;
  }

  /** Takes a stream out that we reset. @returns whether it was open */
  reset(id: number): boolean {
    if (!this.delete(id)) return false;
    this.resetByUs.add(id);
    if (this.resetByUs.size > MAX_RESET_REMEMBERED) {
      const [oldest] = this.resetByUs;
      this.resetByUs.delete(oldest);
    }
    return true;
  }

  /** Whether the server may still send on a stream that is over: it may not know yet. */
  isForgiven(id: number): boolean {
    return this.resetByUs.has(id) || id > this.lastId;
  }

  /** A GOAWAY came: takes out the streams that the server never looked at. */
  dismiss(lastId: number): Stream[] {
    this.isDismissed = true;
    // RFC 9113 §6.8: a later GOAWAY may name an earlier stream, never a later one.
    this.lastId = Math.min(this.lastId, lastId);
    return this.all().filter(({ id }) => id > this.lastId && this.delete(id));
  }
}
