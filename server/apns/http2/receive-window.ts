import { ERROR_CODE, Http2Error } from './error-code';
import { DEFAULT_WINDOW_BYTES } from './frame-type';
import type { FrameWriter } from './frame-writer';

const WINDOW_UPDATE_AT = 32_768;

/**
 * What the server may send on the connection (RFC 9113 §6.9). A stream keeps its first window for life: it is more than
 * is read of an answer's body.
 */
export class ReceiveWindow {
  private left: number = DEFAULT_WINDOW_BYTES;

  constructor(private readonly out: FrameWriter) {}

  /** Counts the payload of a DATA frame, padding included. @throws Http2Error */
  take(bytes: number): void {
    this.left -= bytes;
    if (this.left < 0) throw new Http2Error(ERROR_CODE.FLOW_CONTROL_ERROR, 'The server sent more than its window.');
    if (DEFAULT_WINDOW_BYTES - this.left < WINDOW_UPDATE_AT) return;
    this.out.windowUpdate(0, DEFAULT_WINDOW_BYTES - this.left);
    this.left = DEFAULT_WINDOW_BYTES;
  }
}
