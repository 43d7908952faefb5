import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { WireFault } from './behaviour';
import { createFrameCutter, FLAG, frame, FRAME_HEAD_BYTES, TYPE } from './frames';

const PADDING_BYTES = 7;

/** Stand in the queue of writes for the next frame of our own, and for the end. */
const INJECTION = Buffer.alloc(1);
const END = Buffer.alloc(1);

const padded = (payload: Uint8Array): Buffer =>
  Buffer.concat([Uint8Array.of(PADDING_BYTES), payload, new Uint8Array(PADDING_BYTES)]);

/** The same answer in more frames: padded, bodies in two pieces, header blocks continued after their first byte. */
const split = (whole: Buffer): Buffer[] => {
  const type = whole.readUInt8(3);
  const flags = whole.readUInt8(4);
  const stream = whole.readUInt32BE(5);
  const payload = whole.subarray(FRAME_HEAD_BYTES);
  if ((type !== TYPE.data && type !== TYPE.headers) || flags & FLAG.padded || payload.length < 2) return [whole];
  const half = type === TYPE.data ? payload.length >> 1 : 1;
  const [first, rest] = [payload.subarray(0, half), payload.subarray(half)];
  return type === TYPE.data
    ? [
        frame(TYPE.data, FLAG.padded, stream, padded(first)),
        frame(TYPE.data, FLAG.padded | (flags & FLAG.endStream), stream, padded(rest)),
      ]
    : [
        frame(TYPE.headers, (flags & ~FLAG.endHeaders) | FLAG.padded, stream, padded(first)),
        frame(TYPE.continuation, FLAG.endHeaders, stream, rest),
      ];
};

/**
 * The bytes between a TLS socket and Node's HTTP/2 session, so that a test can spoil them. Node's session knows
 * nothing of it; what it writes is cut into frames, so that a frame of our own can go between two of its.
 */
export class Wire extends Duplex {
  private fault: WireFault = {};
  private readonly cut = createFrameCutter();
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

  /**
   * Ends the connection after all that was written before, and drops what Node's session writes afterwards. It does
   * not destroy the socket: that would reset it while the client still writes, and the last answers could be lost.
   */
  hangUp(): void {
    if (this.writable) this.write(END);
  }

  override _read(): void {
    if (!this.fault.deaf) this.socket.resume();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (bytes === END) {
      this.socket.end();
      return done();
    }
    const { mute, splitFrames, slowBytes } = this.fault;
    const frames = bytes === INJECTION ? this.takeInjected() : this.cut(bytes).filter((each) => this.passes(each));
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
    if (type === TYPE.ping) return !(this.fault.swallowPings && whole.readUInt8(4) & FLAG.ack);
    return !(type === TYPE.goaway && this.dismissed);
  }

  private takeInjected(): Buffer[] {
    this.dismissed = true;
    return this.injected.splice(0, 1);
  }

  private trickle(out: Buffer, done: (error?: Error | null) => void): void {
    if (out.length === 0 || !this.socket.writable) return done();
    this.socket.write(out.subarray(0, 1), () => setImmediate(() => this.trickle(out.subarray(1), done)));
  }
}
