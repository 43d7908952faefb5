import { ERROR_CODE, Http2Error } from './error-code';
import { FRAME_HEAD_BYTES } from './frame-type';

/** Takes one whole frame; the payload is `bytes` from `start` to `end`, and only valid during the call. */
export type TakeFrame = (
  type: number,
  flags: number,
  stream: number,
  bytes: Buffer,
  start: number,
  end: number,
) => void;

/** Cuts a flow of bytes into frames (RFC 9113 §4.1), wherever it was split on its way. */
export class FrameReader {
  /** The beginning of a frame whose rest has not come yet. */
  private readonly partial: Buffer;
  private partialLength = 0;

  /** @param maxFrameBytes the largest payload that our SETTINGS allow */
  constructor(
    private readonly maxFrameBytes: number,
    private readonly take: TakeFrame,
  ) {
    this.partial = Buffer.allocUnsafeSlow(FRAME_HEAD_BYTES + maxFrameBytes);
  }

  /**
   * @param maxFrames stops after so many, so that one call does not take for ever
   * @returns how far it came
   * @throws Http2Error FRAME_SIZE_ERROR, as soon as the head of a frame announces too much
   */
  read(bytes: Buffer, offset: number, maxFrames: number): number {
    let at = offset;
    let frames = 0;
    if (this.partialLength > 0) {
      at = this.complete(bytes, at);
      if (this.partialLength > 0) return at;
      frames++;
    }
    for (; frames < maxFrames && bytes.length - at >= FRAME_HEAD_BYTES; frames++) {
      const end = at + FRAME_HEAD_BYTES + this.lengthOf(bytes, at);
      if (end > bytes.length) break;
      const start = at + FRAME_HEAD_BYTES;
      at = end;
      this.hand(bytes, start - FRAME_HEAD_BYTES, end);
    }
    if (frames >= maxFrames) return at;
    this.partialLength = bytes.copy(this.partial, 0, at);
    return bytes.length;
  }

  /** Completes the partial frame as far as the bytes go, and hands it over when it is whole. */
  private complete(bytes: Buffer, offset: number): number {
    let at = this.append(bytes, offset, FRAME_HEAD_BYTES);
    if (this.partialLength < FRAME_HEAD_BYTES) return at;
    const size = FRAME_HEAD_BYTES + this.lengthOf(this.partial, 0);
    at = this.append(bytes, at, size);
    if (this.partialLength < size) return at;
    this.partialLength = 0;
    this.hand(this.partial, 0, size);
    return at;
  }

  /** Appends until the partial frame has so many bytes. */
  private append(bytes: Buffer, offset: number, size: number): number {
    const missing = size - this.partialLength;
    if (missing <= 0) return offset;
    const end = Math.min(bytes.length, offset + missing);
    this.partialLength += bytes.copy(this.partial, this.partialLength, offset, end);
    return end;
  }

  private lengthOf(bytes: Buffer, at: number): number {
    const length = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
    if (length > this.maxFrameBytes) {
      throw new Http2Error(ERROR_CODE.FRAME_SIZE_ERROR, `A frame of ${length} bytes was not allowed.`);
    }
    return length;
  }

  private hand(bytes: Buffer, at: number, end: number): void {
    // RFC 9113 §4.1: the reserved bit of the stream id is ignored.
    const stream = ((bytes[at + 5] & 0x7f) << 24) | (bytes[at + 6] << 16) | (bytes[at + 7] << 8) | bytes[at + 8];
    this.take(bytes[at + 3], bytes[at + 4], stream, bytes, at + FRAME_HEAD_BYTES, end);
  }
}
