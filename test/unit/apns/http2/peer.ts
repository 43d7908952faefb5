import { ByteWriter } from '../../../../server/apns/http2/byte-writer';
import { ClientStream } from '../../../../server/apns/http2/client-stream';
import type { Http2Error } from '../../../../server/apns/http2/error-code';
import { HpackEncoder } from '../../../../server/apns/http2/hpack-encoder';
import { ClientSession, type SessionListener } from '../../../../server/apns/http2/session';

/** A request of a test, and all that came of it. */
export class TestStream extends ClientStream {
  readonly fields: Record<string, string> = {};
  text = '';

  constructor(override readonly body: Buffer = Buffer.from('{"aps":{}}')) {
    super();
  }

  override header(name: string, value: string): void {
    this.fields[name] = value;
  }

  override data(bytes: Buffer, start: number, end: number): void {
    this.text += bytes.toString('latin1', start, end);
  }
}

export interface Frame {
  type: number;
  flags: number;
  stream: number;
  payload: Buffer;
}

export const TYPE = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  promise: 5,
  ping: 6,
  goaway: 7,
  update: 8,
  continuation: 9,
} as const;
export const END_STREAM = 0x1;
export const END_HEADERS = 0x4;
export const PADDED = 0x8;
export const PRIORITY = 0x20;
export const ACK = 0x1;
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

export function frame(type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

export const numbers = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32BE(value, index * 4));
  return bytes;
};

export const settings = (...pairs: [identifier: number, value: number][]): Buffer =>
  frame(
    TYPE.settings,
    0,
    0,
    Buffer.concat(
      pairs.map(([identifier, value]) => {
        const bytes = Buffer.alloc(6);
        bytes.writeUInt16BE(identifier, 0);
        bytes.writeUInt32BE(value, 2);
        return bytes;
      }),
    ),
  );

/** A header block without state: nothing is put into a table. */
export function block(...fields: [name: string, value: string][]): Buffer {
  const out = new ByteWriter(16);
  const encoder = new HpackEncoder();
  encoder.limit(0);
  for (const [name, value] of fields) encoder.field(out, name, value, 'literal');
  return Buffer.from(out.written);
}

export const answer = (stream: number, status = 200, ...fields: [string, string][]): Buffer =>
  frame(TYPE.headers, END_HEADERS | END_STREAM, stream, block([':status', String(status)], ...fields));

export const goaway = (lastStream: number, code = 0, debug = ''): Buffer =>
  frame(TYPE.goaway, 0, 0, Buffer.concat([numbers(lastStream, code), Buffer.from(debug)]));

/** A client session with a server that a test plays by hand. */
export class Peer implements SessionListener<TestStream> {
  readonly session: ClientSession<TestStream>;
  readonly written: TestStream[] = [];
  readonly over: TestStream[] = [];
  readonly goaways: { code: number; debug: string }[] = [];
  limits: number[] = [];
  pongs = 0;
  error: Http2Error | null = null;
  private first = true;

  constructor({ firstStreamId, ready = true }: { firstStreamId?: number; ready?: boolean } = {}) {
    this.session = new ClientSession<TestStream>({
      listener: this,
      writeHeaders: (out, stream) => {
        this.session.encoder.begin(out);
        this.session.encoder.field(out, 'body-length', String(stream.body.length), 'index');
      },
      firstStreamId,
    });
    if (ready) {
      this.receive(settings());
      this.sent();
    }
  }

  settings({ maxConcurrentStreams }: { maxConcurrentStreams: number }): void {
    this.limits.push(maxConcurrentStreams);
  }

  wrote(stream: TestStream): void {
    this.written.push(stream);
  }

  ended(stream: TestStream): void {
    this.over.push(stream);
  }

  goaway(code: number, debug: Buffer): void {
    this.goaways.push({ code, debug: debug.toString() });
  }

  pong(): void {
    this.pongs++;
  }

  failed(error: Http2Error): void {
    expect(this.error).toBeNull();
    this.error = error;
  }

  receive(...frames: Buffer[]): void {
    this.session.receive(Buffer.concat(frames));
  }

  request(body?: Buffer): TestStream {
    const stream = new TestStream(body);
    this.session.request(stream);
    return stream;
  }

  /** The frames that the session wrote since the last call. */
  sent(): Frame[] {
    const { out } = this.session;
    const bytes = Buffer.from(out.written);
    out.length = 0;
    this.session.flushed();
    let at = 0;
    if (this.first) {
      expect(bytes.toString('latin1', 0, PREFACE.length)).toBe(PREFACE);
      at = PREFACE.length;
      this.first = false;
    }
    const frames: Frame[] = [];
    while (at < bytes.length) {
      const end = at + 9 + bytes.readUIntBE(at, 3);
      frames.push({
        type: bytes[at + 3],
        flags: bytes[at + 4],
        stream: bytes.readUInt32BE(at + 5),
        payload: bytes.subarray(at + 9, end),
      });
      at = end;
    }
    expect(at).toBe(bytes.length);
    return frames;
  }

  /** What the frames say that the session wrote, in short: `HEADERS 1`, `RST_STREAM 3 code 8`. */
  said(): string[] {
    return this.sent().map(({ type, flags, stream, payload }) => {
      switch (type) {
        case TYPE.headers:
          return `HEADERS ${stream}`;
        case TYPE.data:
          return `DATA ${stream} ${payload.length}${flags & END_STREAM ? ' end' : ''}`;
        case TYPE.reset:
          return `RST_STREAM ${stream} code ${payload.readUInt32BE(0)}`;
        case TYPE.settings:
          return flags & ACK ? 'SETTINGS ack' : 'SETTINGS';
        case TYPE.ping:
          return `PING${flags & ACK ? ' ack' : ''} ${payload.toString('latin1')}`;
        case TYPE.goaway:
          return `GOAWAY code ${payload.readUInt32BE(4)}`;
        case TYPE.update:
          return `WINDOW_UPDATE ${stream} ${payload.readUInt32BE(0)}`;
        default:
          return `type ${type}`;
      }
    });
  }
}
