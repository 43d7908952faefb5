import type { TLSSocket } from 'node:tls';
import { pathKeyOf } from './fast-path';
import { createFrameCutter, FLAG, frame, FRAME_HEAD_BYTES, settingsFrame, TYPE, windowUpdateFrame } from './frames';
import type { RequestLog } from './log';

const PREFACE_BYTES = 24;
const MAX_CONCURRENT_STREAMS = 0x3;
/** `:status: 200` is one byte of HPACK, an index into the static table. */
const STATUS_200 = Uint8Array.of(0x88);
/**
 * The connection's window is as wide as HTTP/2 allows from the start, as nginx has it: left at 65,535 bytes it holds some
 * 330 pushes, and a benchmark would measure how soon it is opened again.
 */
const WIDEN_BY = 2 ** 31 - 1 - 65_535;
/** Body bytes after which it is opened by as much again. */
const WINDOW_STEP = 1_048_576;

const headerBlock = (whole: Buffer): Buffer => {
  const flags = whole.readUInt8(4);
  const padding = flags & FLAG.padded ? whole.readUInt8(FRAME_HEAD_BYTES) : 0;
  const start = FRAME_HEAD_BYTES + (flags & FLAG.padded ? 1 : 0) + (flags & FLAG.priority ? 5 : 0);
  return whole.subarray(start, whole.length - padding);
};

/**
 * A connection that answers 200 to everything and counts devices: for benchmarks. It does without Node's HTTP/2
 * session, whose cost per request would be most of what a benchmark sees: it reads frames, takes nothing from the
 * header blocks but the path, and answers a whole batch in one write. It still starts at one stream and opens with
 * the first request, so that a client goes its usual way. The answers carry no `apns-id`.
 */
export const serveFast = (
  socket: TLSSocket,
  {
    log,
    streams,
    latencyMs,
    onPush,
  }: { log: RequestLog; streams: number; latencyMs: number; onPush?: (key: string, payload: Buffer) => void },
): void => {
  const cut = createFrameCutter();
  const open = new Map<number, string>(); // path by stream, until its body has ended
  let preface = PREFACE_BYTES;
  let isOpen = false;
  let unacknowledged = 0;
  let unfinished: { stream: number; flags: number; blocks: Buffer[] } | undefined; // waits for CONTINUATION

  const send = (frames: Buffer[]): void => {
    if (frames.length > 0 && socket.writable) socket.write(Buffer.concat(frames));
  };

  const finish = (stream: number, answers: Buffer[]): void => {
    const key = open.get(stream);
    if (key === undefined) return;
    open.delete(stream);
    log.count(key);
    answers.push(frame(TYPE.headers, FLAG.endHeaders | FLAG.endStream, stream, STATUS_200));
  };

  const begin = (stream: number, block: Buffer, flags: number, answers: Buffer[]): void => {
    open.set(stream, pathKeyOf(block) ?? '');
    if (flags & FLAG.endStream) finish(stream, answers);
  };

  const take = (whole: Buffer, control: Buffer[], answers: Buffer[]): void => {
    const flags = whole.readUInt8(4);
    const stream = whole.readUInt32BE(5);
    switch (whole.readUInt8(3)) {
      case TYPE.headers:
        if (flags & FLAG.endHeaders) begin(stream, headerBlock(whole), flags, answers);
        else unfinished = { stream, flags, blocks: [headerBlock(whole)] };
        break;
      case TYPE.continuation:
        unfinished?.blocks.push(whole.subarray(FRAME_HEAD_BYTES));
        if (!unfinished || !(flags & FLAG.endHeaders)) break;
        begin(stream, Buffer.concat(unfinished.blocks), unfinished.flags, answers);
        unfinished = undefined;
        break;
      case TYPE.data:
        // A background push is one frame: 4,096 bytes at most.
        if (onPush && flags & FLAG.endStream) onPush(open.get(stream) ?? '', whole.subarray(FRAME_HEAD_BYTES));
        unacknowledged += whole.length - FRAME_HEAD_BYTES;
        if (flags & FLAG.endStream) finish(stream, answers);
        break;
      case TYPE.settings:
        if (!(flags & FLAG.ack)) control.push(frame(TYPE.settings, FLAG.ack, 0));
        break;
      case TYPE.ping:
        if (!(flags & FLAG.ack)) control.push(frame(TYPE.ping, FLAG.ack, 0, whole.subarray(FRAME_HEAD_BYTES)));
        break;
      case TYPE.reset:
        open.delete(stream);
    }
  };

  send([settingsFrame([[MAX_CONCURRENT_STREAMS, 1]]), windowUpdateFrame(0, WIDEN_BY)]);
  socket.on('data', (bytes: Buffer) => {
    const control: Buffer[] = [];
    const answers: Buffer[] = [];
    const skipped = Math.min(preface, bytes.length);
    preface -= skipped;
    for (const whole of cut(bytes.subarray(skipped))) take(whole, control, answers);
    if (unacknowledged >= WINDOW_STEP) {
      control.push(windowUpdateFrame(0, unacknowledged));
      unacknowledged = 0;
    }
    if (!isOpen && answers.length > 0) {
      isOpen = true;
      control.push(settingsFrame([[MAX_CONCURRENT_STREAMS, streams]]));
    }
    if (latencyMs === 0) return send([...control, ...answers]);
    send(control);
    if (answers.length > 0) setTimeout(() => send(answers), latencyMs).unref();
  });
  socket.on('end', () => socket.end());
};
