import fc from 'fast-check';
import { ByteWriter } from '../../server/apns/http2/byte-writer';
import { ClientStream } from '../../server/apns/http2/client-stream';
import { HpackDecoder } from '../../server/apns/http2/hpack-decoder';
import { HpackEncoder } from '../../server/apns/http2/hpack-encoder';
import { ClientSession, type SessionListener } from '../../server/apns/http2/session';

/** What a session said, in an order that does not depend on how its input was cut. */
export interface Transcript {
  events: string[];
  /** What it wrote, as hexadecimal digits. */
  output: string;
  error: number | null;
}

class FuzzStream extends ClientStream {
  override readonly body = Buffer.from('{"aps":{"content-available":1}}');
  private text = '';

  constructor(readonly name: string) {
    super();
  }

  override header(name: string, value: string): void {
    this.text += `${name}=${value};`;
  }

  override data(bytes: Buffer, start: number, end: number): void {
    this.text += bytes.toString('latin1', start, end);
  }

  describe(): string {
    return `${this.name} ${this.end} ${this.status} ${this.resetCode} ${this.text}`;
  }
}

const REQUESTS = 6;
/** Nothing that a server sends may make us keep more output than this. */
const MAX_OUTPUT_BYTES = 200_000;

/** Gives a session the bytes, cut at some places, with requests under way. Throws when it breaks a promise of its own. */
export function play(bytes: Buffer, cuts: readonly number[], maxFrames = Infinity): Transcript {
  const events: string[] = [];
  const settled = new Map<string, number>();
  let error: number | null = null;
  const listener: SessionListener<FuzzStream> = {
    settings: ({ maxConcurrentStreams }) => void events.push(`limit ${maxConcurrentStreams}`),
    wrote: ({ name }) => void events.push(`wrote ${name}`),
    ended(stream) {
      events.push(`over ${stream.describe()}`);
      settled.set(stream.name, (settled.get(stream.name) ?? 0) + 1);
    },
    goaway: (code, debug) => void events.push(`goaway ${code} ${debug.toString('latin1')}`),
    pong: () => void events.push('pong'),
    failed({ code }) {
      if (error !== null) throw new Error('It failed twice.');
      error = code;
    },
  };
  const session = new ClientSession<FuzzStream>({
    listener,
    writeHeaders: (out, { name }) => {
      session.encoder.begin(out);
      session.encoder.field(out, 'name', name, 'index');
    },
  });
  for (let i = 0; i < REQUESTS; i++) session.request(new FuzzStream(`r${i}`));
  session.flushed();
  const ends = [...cuts].map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
  let from = 0;
  for (const to of [...ends, bytes.length]) {
    const piece = bytes.subarray(from, to);
    for (let at = 0; ;) {
      at = session.receive(piece, at, maxFrames);
      if (at >= piece.length) break;
    }
    from = to;
  }
  for (const [name, times] of settled) if (times > 1) throw new Error(`${name} ended ${times} times.`);
  if (session.out.length > MAX_OUTPUT_BYTES) throw new Error(`It keeps ${session.out.length} bytes of output.`);
  return { events, output: session.out.written.toString('hex'), error };
}

/** A header block on its own: decodes, or fails with COMPRESSION_ERROR; nothing else. */
export function decodeBlock(blocks: readonly Uint8Array[]): void {
  const decoder = new HpackDecoder(4_096);
  for (const block of blocks) {
    try {
      decoder.decode(Buffer.from(block), 0, block.length, () => undefined);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 0x9) throw error;
      return;
    }
    if (decoder.table.bytes > 4_096) throw new Error(`The table has ${decoder.table.bytes} bytes.`);
  }
}

function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.alloc(9 + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes.writeUInt8(type, 3);
  bytes.writeUInt8(flags, 4);
  bytes.writeUInt32BE(stream, 5);
  bytes.set(payload, 9);
  return bytes;
}

const encode = (fields: readonly (readonly [string, string])[]): Buffer => {
  const out = new ByteWriter(64);
  const encoder = new HpackEncoder();
  for (const [name, value] of fields) encoder.field(out, name, value, 'literal');
  return Buffer.from(out.written);
};

const streamId = fc.constantFrom(0, 1, 3, 5, 7, 9, 11, 13, 2, 0x7fff_ffff);
const payload = fc.uint8Array({ maxLength: 40 });

/** Any frame: mostly of known types, with flags and streams that mean something. */
const anyFrame = fc
  .record({
    type: fc.oneof({ weight: 9, arbitrary: fc.nat(9) }, { weight: 1, arbitrary: fc.nat(255) }),
    flags: fc.oneof(fc.constantFrom(0, 1, 4, 5, 8, 12, 13, 32, 37), fc.nat(255)),
    stream: streamId,
    payload,
  })
  .map((each) => frame(each.type, each.flags, each.stream, each.payload));

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const status = fc.constantFrom('200', '400', '410', '429', '503', '103');
const own = fc.constantFrom(1, 3, 5, 7, 9, 11);

/** Frames as a server sends them. */
const goodFrame: fc.Arbitrary<Buffer> = fc.oneof(
  fc.tuple(own, status, fc.boolean(), fc.string({ maxLength: 10 })).map(([stream, code, ends, id]) =>
    frame(
      1,
      ends ? 5 : 4,
      stream,
      encode([
        [':status', code],
        ['apns-id', id],
      ]),
    ),
  ),
  fc.tuple(own, fc.boolean(), payload).map(([stream, ends, bytes]) => frame(0, ends ? 1 : 0, stream, bytes)),
  fc.tuple(own, fc.constantFrom(0, 2, 7, 8)).map(([stream, code]) => frame(3, 0, stream, u32(code))),
  fc
    .tuple(fc.constantFrom(1, 3, 4, 5), fc.constantFrom(0, 1, 100, 16_384, 65_535, 1_000_000))
    .map(([id, value]) => frame(4, 0, 0, Buffer.concat([Buffer.from([0, id]), u32(value)]))),
  fc.constant(frame(4, 1, 0, Buffer.alloc(0))),
  fc.boolean().map((ack) => frame(6, ack ? 1 : 0, 0, Buffer.from('12345678'))),
  fc.tuple(streamId, fc.nat(13)).map(([last, code]) => frame(7, 0, 0, Buffer.concat([u32(last), u32(code)]))),
  fc
    .tuple(fc.constantFrom(0, 1, 3), fc.integer({ min: 1, max: 100_000 }))
    .map(([stream, by]) => frame(8, 0, stream, u32(by))),
);

const settings = frame(4, 0, 0, Buffer.alloc(0));

/** What a server may send: good, spoiled in some octets, or anything. */
export const conversation: fc.Arbitrary<Buffer> = fc.oneof(
  fc.array(goodFrame, { maxLength: 20 }).map((frames) => Buffer.concat([settings, ...frames])),
  fc
    .tuple(
      fc.array(goodFrame, { minLength: 1, maxLength: 12 }),
      fc.array(fc.tuple(fc.nat(10_000), fc.nat(255)), { minLength: 1, maxLength: 4 }),
    )
    .map(([frames, spoils]) => {
      const bytes = Buffer.concat([settings, ...frames]);
      for (const [at, octet] of spoils) bytes[at % bytes.length] = octet;
      return bytes;
    }),
  fc.array(fc.oneof(goodFrame, anyFrame), { maxLength: 12 }).map((frames) => Buffer.concat([settings, ...frames])),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.concat([settings, bytes])),
  fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
);

export const cuts = fc.array(fc.nat(10_000), { maxLength: 8 });

/** Header blocks: real ones, spoiled, or anything. */
export const headerBlocks: fc.Arbitrary<Uint8Array[]> = fc.array(
  fc.oneof(
    payload,
    fc
      .tuple(
        fc.array(fc.tuple(fc.string({ maxLength: 20 }), fc.string({ maxLength: 40 })), { maxLength: 6 }),
        fc.array(fc.tuple(fc.nat(500), fc.nat(255)), { maxLength: 2 }),
      )
      .map(([fields, spoils]) => {
        const bytes = encode(fields);
        for (const [at, octet] of spoils) if (bytes.length > 0) bytes[at % bytes.length] = octet;
        return bytes;
      }),
  ),
  { minLength: 1, maxLength: 4 },
);
