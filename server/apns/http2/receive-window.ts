import type { FrameWriter } from './frame-writer';

/** Opened again when so much of it is used: the rest is always more than a frame may have. */
const WINDOW_UPDATE_AT = 32_768;

/**
 * What the server may send on the connection (RFC 9113 §6.9). A stream keeps its first window for life: it is more than
 * is read of an answer's body.
 */
export class ReceiveWindow {
  private used = 0;

  constructor(private readonly out: FrameWriter) {}

  /** Counts the payload of a DATA frame, padding included. */
  take(bytes: number): void {
    this.used += bytes;
    if (this.used < WINDOW_UPDATE_AT) return;
    this.out.windowUpdate(0, this.used);
    this.used = 0;
  }
}
