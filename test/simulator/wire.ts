import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { WireFault } from './behaviour';

const FRAME_HEAD_BYTES = 9;
const DATA = 0x0;
const HEADERS = 0x1;
const PING = 0x6;
const GOAWAY = 0x7;
const CONTINUATION = 0x9;
const END_STREAM = 0x1;
const ACK = 0x1;
const END_HEADERS = 0x4;
const PADDED = 0x8;
const PADDING_BYTES = 7;

/** Stands in the queue of writes for the next frame of our own. */
const INJECTION = Buffer.alloc(1);

/** One HTTP/2 frame (RFC 9113 §4.1). */
export const frame = (type: number, flags: number, stream: number, payload: Uint8Array = new Uint8Array(0)): Buffer => {
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
};

export const goawayFrame = (lastStream: number, code: number, debug: string): Buffer => {
  const fixed = Buffer.alloc(8);
  fixed.writeUInt32BE(lastStream, 0);
  fixed.writeUInt32BE(code, 4);
  return frame(GOAWAY, 0, 0, Buffer.concat([fixed, Buffer.from(debug, 'utf8')]));
};

const padded = (payload: Uint8Array): Buffer =>
  Buffer.concat([Uint8Array.of(PADDING_BYTES), payload, new Uint8Array(PADDING_BYTES)]);

/** The same answer in more frames: padded, bodies in two pieces, header blocks continued after their first byte. */
const split = (whole: Buffer): Buffer[] => {
  const type = whole.readUInt8(3);
  const flags = whole.readUInt8(4);
  const stream = whole.readUInt32BE(5);
  const payload = whole.subarray(FRAME_HEAD_BYTES);
  if ((type !== DATA && type !== HEADERS) || flags & PADDED || payload.length < 2) return [whole];
  const half = type === DATA ? payload.length >> 1 : 1;
  const [first, rest] = [payload.subarray(0, half), payload.subarray(half)];
  return type === DATA
    ? [frame(DATA, PADDED, stream, padded(first)), frame(DATA, PADDED | (flags & END_STREAM), stream, padded(rest))]
    : [
        frame(HEADERS, (flags & ~END_HEADERS) | PADDED, stream, padded(first)),
        frame(CONTINUATION, END_HEADERS, stream, rest),
      ];
};

/**
 * The bytes between a TLS socket and Node's HTTP/2 session, so that a test can spoil them. Node's session knows
 * nothing of it; what it writes is cut into frames, so that a frame of our own can go between two of its.
 */
export class Wire extends Duplex {
  private fault: WireFault = {};
  private pending = Buffer.alloc(0);
  private readonly injected: Buffer[] = [];
  private dismissed = false;

  constructor(private readonly socket: TLSSocket) {
    super({ allowHalfOpen: true, emitClose: true });
    socket.on('data', (bytes: Buffer) => {
      if (!this.fault.deaf && !this.push(bytes)) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  spoil(fault: WireFault): void {
    Object.assign(this.fault, fault);
    if (this.fault.deaf) this.socket.pause();
  }

  /** Sends a GOAWAY in place of those that Node's session makes when it closes, after all that it wrote before. */
  dismiss(bytes: Buffer): void {
    if (!this.writable) return;
    this.injected.push(bytes);
    this.write(INJECTION);
  }

  override _read(): void {
    if (!this.fault.deaf) this.socket.resume();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const { mute, splitFrames, slowBytes } = this.fault;
    const frames =
      bytes === INJECTION ? this.takeInjected() : this.takeFrames(bytes).filter((each) => this.passes(each));
    const out = mute ? Buffer.alloc(0) : Buffer.concat(splitFrames ? frames.flatMap(split) : frames);
    if (out.length === 0 || !this.socket.writable) done();
    else if (slowBytes) this.trickle(out, done);
    else this.socket.write(out, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.socket.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.socket.destroy();
    done(error);
  }

  private passes(whole: Buffer): boolean {
    const type = whole.readUInt8(3);
    if (type === PING) return !(this.fault.swallowPings && whole.readUInt8(4) & ACK);
    return !(type === GOAWAY && this.dismissed);
  }

  private takeInjected(): Buffer[] {
    this.dismissed = true;
    return this.injected.splice(0, 1);
  }

  private takeFrames(bytes: Buffer): Buffer[] {
    let rest = this.pending.length > 0 ? Buffer.concat([this.pending, bytes]) : bytes;
    const frames: Buffer[] = [];
    while (rest.length >= FRAME_HEAD_BYTES) {
      const size = FRAME_HEAD_BYTES + rest.readUIntBE(0, 3);
      if (rest.length < size) break;
      frames.push(rest.subarray(0, size));
      rest = rest.subarray(size);
    }
    this.pending = Buffer.from(rest);
    return frames;
  }

  private trickle(out: Buffer, done: (error?: Error | null) => void): void {
    if (out.length === 0 || !this.socket.writable) return done();
    this.socket.write(out.subarray(0, 1), () => setImmediate(() => this.trickle(out.subarray(1), done)));
  }
}
