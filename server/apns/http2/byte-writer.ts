/** Bytes on their way out: grows, and is used again and again. */
export class ByteWriter {
  bytes: Buffer;
  length = 0;

  constructor(capacity = 16_384) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
  }

  /** Makes room for so many more bytes. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  uint8(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  uint16(value: number): void {
    this.uint8(value >>> 8);
    this.uint8(value & 0xff);
  }

  uint32(value: number): void {
    this.uint16(value >>> 16);
    this.uint16(value & 0xffff);
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** For short texts this is faster than the way into native code and back. Characters beyond Latin-1 lose their upper bits. */
  latin1(text: string): void {
    const count = text.length;
    this.reserve(count);
    const { bytes, length } = this;
    for (let i = 0; i < count; i++) bytes[length + i] = text.charCodeAt(i);
    this.length = length + count;
  }

  /** Gives the bytes away that were written, and goes on in `spare`, so that nothing is copied. */
  swap(spare: Buffer): Buffer {
    const full = this.bytes;
    this.bytes = spare;
    this.length = 0;
    return full;
  }

  /** What was written: valid until the next write. */
  get written(): Buffer {
    return this.bytes.subarray(0, this.length);
  }
}
