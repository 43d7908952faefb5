/** HTTP/2 frames (RFC 9113 §4.1 and §6) as far as the simulator writes or reads them itself. */

export const FRAME_HEAD_BYTES = 9;

export const TYPE = {
  data: 0x0,
  headers: 0x1,
  reset: 0x3,
  settings: 0x4,
  ping: 0x6,
  goaway: 0x7,
  windowUpdate: 0x8,
  continuation: 0x9,
} as const;

export const FLAG = { ack: 0x1, endStream: 0x1, endHeaders: 0x4, padded: 0x8, priority: 0x20 } as const;

export const frame = (type: number, flags: number, stream: number, payload: Uint8Array = new Uint8Array(0)): Buffer => {
  const bytes = Buffer.allocUnsafe(FRAME_HEAD_BYTES + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes.writeUInt8(type, 3);
  bytes.writeUInt8(flags, 4);
  bytes.writeUInt32BE(stream, 5);
  bytes.set(payload, FRAME_HEAD_BYTES);
  return bytes;
};

const numbers = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32BE(value, index * 4));
  return bytes;
};

export const goawayFrame = (lastStream: number, code: number, debug: string): Buffer =>
  frame(TYPE.goaway, 0, 0, Buffer.concat([numbers(lastStream, code), Buffer.from(debug, 'utf8')]));

/** More room for DATA; stream 0 is the connection. */
export const windowUpdateFrame = (stream: number, bytes: number): Buffer =>
  frame(TYPE.windowUpdate, 0, stream, numbers(bytes));

/** SETTINGS from pairs of identifier and value. */
export const settingsFrame = (settings: readonly (readonly [number, number])[]): Buffer =>
  frame(
    TYPE.settings,
    0,
    0,
    Buffer.concat(
      settings.map(([identifier, value]) => {
        const pair = Buffer.alloc(6);
        pair.writeUInt16BE(identifier, 0);
        pair.writeUInt32BE(value, 2);
        return pair;
      }),
    ),
  );

/** Cuts a flow of bytes into whole frames; what is left of the last waits for the next call. */
export const createFrameCutter = (): ((bytes: Buffer) => Buffer[]) => {
  let pending: Buffer | undefined;
  return (bytes) => {
    const all = pending ? Buffer.concat([pending, bytes]) : bytes;
    const frames: Buffer[] = [];
    let at = 0;
    while (all.length - at >= FRAME_HEAD_BYTES) {
      const size = FRAME_HEAD_BYTES + all.readUIntBE(at, 3);
      if (all.length - at < size) break;
      frames.push(all.subarray(at, at + size));
      at += size;
    }
    pending = at < all.length ? all.subarray(at) : undefined;
    return frames;
  };
};
