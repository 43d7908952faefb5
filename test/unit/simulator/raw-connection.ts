import { Buffer } from 'node:buffer';
import tls from 'node:tls';
import type { Simulator } from '../../simulator';

/** HTTP/2 by hand, for what Node's client cannot send: frames as they are, header fields as literals (RFC 7541 §6.2.2). */
export interface Frame {
  type: number;
  flags: number;
  stream: number;
  payload: Buffer;
}

export interface RawConnection {
  readonly frames: readonly Frame[];
  readonly ended: boolean;
  write(...frames: Buffer[]): void;
  close(): Promise<void>;
}

export const TYPE = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goaway: 7, continuation: 9 } as const;
export const END_STREAM = 0x1;
export const END_HEADERS = 0x4;
export const ACK = 0x1;
const MAX_CONCURRENT_STREAMS = 0x3;

export const frame = (type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer => {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
};

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value, 'latin1');
  const { length } = bytes;
  if (length < 127) return Buffer.concat([Buffer.from([length]), bytes]);
  const rest = length - 127; // HPACK integers: seven bits, then groups of seven
  const size = rest < 128 ? [127, rest] : [127, (rest & 127) | 128, rest >> 7];
  return Buffer.concat([Buffer.from(size), bytes]);
};

/** A header block without indexing and without Huffman codes. */
export const block = (fields: [string, string][]): Buffer =>
  Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));

/** The stream limit a SETTINGS frame announces; undefined where it names none or is an acknowledgement. */
export const streamLimit = ({ type, flags, payload }: Frame): number | undefined => {
  if (type !== TYPE.settings || flags & ACK) return undefined;
  for (let at = 0; at < payload.length; at += 6) {
    if (payload.readUInt16BE(at) === MAX_CONCURRENT_STREAMS) return payload.readUInt32BE(at + 2);
  }
  return undefined;
};

/** The status of an answer, where its HPACK code is a single indexed field, as for 200, 400, 404 and 500. */
export const statusOf = ({ payload }: Frame): number | undefined => {
  const at = (payload[0] ?? 0) >> 5 === 1 ? 1 : 0; // skip a table size update
  return new Map([
    [0x88, 200],
    [0x8c, 400],
    [0x8d, 404],
    [0x8e, 500],
  ]).get(payload[at] ?? 0);
};

/** Connects, sends preface and empty SETTINGS, and acknowledges those of the server by itself. */
export const connectRaw = async (simulator: Simulator): Promise<RawConnection> => {
  const socket = tls.connect({
    port: simulator.port,
    host: '127.0.0.1',
    servername: 'localhost',
    ca: simulator.ca,
    ALPNProtocols: ['h2'],
  });
  const frames: Frame[] = [];
  let ended = false;
  let pending = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('end', () => (ended = true));
  socket.on('close', () => (ended = true));
  socket.on('data', (bytes: Buffer) => {
    pending = Buffer.concat([pending, bytes]);
    while (pending.length >= 9 && pending.length >= 9 + pending.readUIntBE(0, 3)) {
      const size = 9 + pending.readUIntBE(0, 3);
      const [type, flags, stream] = [pending.readUInt8(3), pending.readUInt8(4), pending.readUInt32BE(5)];
      frames.push({ type, flags, stream, payload: pending.subarray(9, size) });
      pending = pending.subarray(size);
      if (type === TYPE.settings && !(flags & ACK)) socket.write(frame(TYPE.settings, ACK, 0));
    }
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
  });
  socket.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(TYPE.settings, 0, 0)]));
  return {
    frames,
    get ended() {
      return ended;
    },
    write: (...each) => void socket.write(Buffer.concat(each)),
    close: () =>
      new Promise((resolve) => {
        if (socket.destroyed) return resolve();
        socket.once('close', () => resolve());
        socket.destroy();
      }),
  };
};
