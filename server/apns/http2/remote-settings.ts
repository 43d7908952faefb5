import { ERROR_CODE, Http2Error } from './error-code';
import {
  DEFAULT_HEADER_TABLE_BYTES,
  DEFAULT_MAX_FRAME_BYTES,
  DEFAULT_WINDOW_BYTES,
  MAX_31_BITS,
  SETTING,
} from './frame-type';

const PAIR_BYTES = 6;
const LARGEST_FRAME_BYTES = 0xff_ffff;

/** What the server allows us (RFC 9113 §6.5.2), with the defaults until it says otherwise. */
export class RemoteSettings {
  headerTableBytes: number = DEFAULT_HEADER_TABLE_BYTES;
  maxConcurrentStreams = Infinity;
  initialWindowBytes: number = DEFAULT_WINDOW_BYTES;
  maxFrameBytes: number = DEFAULT_MAX_FRAME_BYTES;

  /**
   * Takes the payload of a SETTINGS frame, in its order; unknown identifiers are ignored.
   *
   * @throws Http2Error
   */
  update(bytes: Buffer, start: number, end: number): void {
    if ((end - start) % PAIR_BYTES !== 0) {
      throw new Http2Error(ERROR_CODE.FRAME_SIZE_ERROR, 'A SETTINGS frame holds a part of a setting.');
    }
    for (let at = start; at < end; at += PAIR_BYTES) this.set(bytes.readUInt16BE(at), bytes.readUInt32BE(at + 2));
  }

  private set(identifier: number, value: number): void {
    switch (identifier) {
      case SETTING.HEADER_TABLE_SIZE:
        this.headerTableBytes = value;
        break;
      case SETTING.ENABLE_PUSH:
        // A server may say that it does not push, which is no news, and nothing else.
        if (value !== 0) throw broken('SETTINGS_ENABLE_PUSH of a server must be 0.');
        break;
      case SETTING.MAX_CONCURRENT_STREAMS:
        this.maxConcurrentStreams = value;
        break;
      case SETTING.INITIAL_WINDOW_SIZE:
        if (value > MAX_31_BITS) {
          throw new Http2Error(ERROR_CODE.FLOW_CONTROL_ERROR, 'SETTINGS_INITIAL_WINDOW_SIZE is too large.');
        }
        this.initialWindowBytes = value;
        break;
      case SETTING.MAX_FRAME_SIZE:
        if (value < DEFAULT_MAX_FRAME_BYTES || value > LARGEST_FRAME_BYTES) {
          throw broken('SETTINGS_MAX_FRAME_SIZE is out of range.');
        }
        this.maxFrameBytes = value;
        break;
    }
  }
}

const broken = (message: string) => new Http2Error(ERROR_CODE.PROTOCOL_ERROR, message);
