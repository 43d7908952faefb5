import { ByteWriter } from './byte-writer';
import { FLAG, FRAME_HEAD_BYTES, TYPE } from './frame-type';

/** RFC 9113 §3.4. */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** Writes frames one after the other into the bytes that go out next. */
export class FrameWriter extends ByteWriter {
  preface(): void {
    this.raw(PREFACE);
  }

  head(length: number, type: number, flags: number, stream: number): void {
    this.reserve(FRAME_HEAD_BYTES);
    this.headAt(this.length, length, type, flags, stream);
    this.length += FRAME_HEAD_BYTES;
  }

  /** Leaves room for the head of a frame whose length is not known yet. */
  openHead(): number {
    const at = this.length;
    this.reserve(FRAME_HEAD_BYTES);
    this.length += FRAME_HEAD_BYTES;
    return at;
  }

  /** Fills in the head that `openHead` left room for. */
  closeHead(at: number, type: number, flags: number, stream: number): void {
    this.headAt(at, this.length - at - FRAME_HEAD_BYTES, type, flags, stream);
  }

  settings(pairs: readonly (readonly [identifier: number, value: number])[]): void {
    this.head(pairs.length * 6, TYPE.SETTINGS, 0, 0);
    for (const [identifier, value] of pairs) {
      this.uint16(identifier);
      this.uint32(value);
    }
  }

  settingsAck(): void {
    this.head(0, TYPE.SETTINGS, FLAG.ACK, 0);
  }

  /** @param opaque 8 bytes */
  ping(flags: number, opaque: Uint8Array): void {
    this.head(opaque.length, TYPE.PING, flags, 0);
    this.raw(opaque);
  }

  reset(stream: number, code: number): void {
    this.head(4, TYPE.RST_STREAM, 0, stream);
    this.uint32(code);
  }

  windowUpdate(stream: number, increment: number): void {
    this.head(4, TYPE.WINDOW_UPDATE, 0, stream);
    this.uint32(increment);
  }

  /** @param debug ASCII */
  goaway(lastStream: number, code: number, debug: string): void {
    this.head(8 + debug.length, TYPE.GOAWAY, 0, 0);
    this.uint32(lastStream);
    this.uint32(code);
    this.latin1(debug);
  }

  data(stream: number, bytes: Buffer, start: number, end: number, isLast: boolean): void {
    this.head(end - start, TYPE.DATA, isLast ? FLAG.END_STREAM : 0, stream);
    this.reserve(end - start);
    this.length += bytes.copy(this.bytes, this.length, start, end);
  }

  private headAt(at: number, length: number, type: number, flags: number, stream: number): void {
    const { bytes } = this;
    bytes[at] = length >>> 16;
    bytes[at + 1] = length >>> 8;
    bytes[at + 2] = length;
    bytes[at + 3] = type;
    bytes[at + 4] = flags;
    bytes[at + 5] = stream >>> 24;
    bytes[at + 6] = stream >>> 16;
    bytes[at + 7] = stream >>> 8;
    bytes[at + 8] = stream;
  }
}
