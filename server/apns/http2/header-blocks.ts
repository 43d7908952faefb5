import { ERROR_CODE, Http2Error } from './error-code';
import { FLAG } from './frame-type';

/** A whole header block; `bytes` from `start` to `end` are valid until the next frame. */
export interface HeaderBlock {
  stream: number;
  endStream: boolean;
  bytes: Buffer;
  start: number;
  end: number;
}

/** A header block may have so many bytes, compressed … */
const MAX_BLOCK_BYTES = 32_768;
/** … in so many CONTINUATION frames: empty ones would cost us time and the server nothing. */
const MAX_CONTINUATIONS = 64;

/** Puts header blocks together that came in pieces (RFC 9113 §4.3 and §6.10). */
export class HeaderBlocks {
  private readonly block: HeaderBlock = { stream: 0, endStream: false, bytes: Buffer.alloc(0), start: 0, end: 0 };
  private pieces: Buffer[] = [];
  private size = 0;

  /** Whether only a CONTINUATION may come next. */
  get isOpen(): boolean {
    return this.pieces.length > 0;
  }

  /** @returns the block, when this frame has all of it; the same object each time */
  begin(stream: number, flags: number, bytes: Buffer, start: number, end: number): HeaderBlock | null {
    const { block } = this;
    block.stream = stream;
    block.endStream = (flags & FLAG.END_STREAM) !== 0;
    if (flags & FLAG.END_HEADERS) {
      block.bytes = bytes;
      block.start = start;
      block.end = end;
      return block;
    }
    this.size = 0;
    this.keep(bytes, start, end);
    return null;
  }

  /** @throws Http2Error */
  continue(stream: number, flags: number, bytes: Buffer, start: number, end: number): HeaderBlock | null {
    const { block } = this;
    if (!this.isOpen || stream !== block.stream) {
      throw new Http2Error(ERROR_CODE.PROTOCOL_ERROR, 'A CONTINUATION frame continues nothing.');
    }
    this.keep(bytes, start, end);
    if (!(flags & FLAG.END_HEADERS)) return null;
    block.bytes = Buffer.concat(this.pieces);
    block.start = 0;
    block.end = block.bytes.length;
    this.pieces = [];
    return block;
  }

  private keep(bytes: Buffer, start: number, end: number): void {
    this.size += end - start;
    if (this.size > MAX_BLOCK_BYTES || this.pieces.length > MAX_CONTINUATIONS) {
      throw new Http2Error(ERROR_CODE.ENHANCE_YOUR_CALM, 'A header block is too long.');
    }
    this.pieces.push(Buffer.from(bytes.subarray(start, end)));
  }
}
