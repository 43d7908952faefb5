import http2, { type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { Effects, Goaway } from './behaviour';
import { goawayFrame } from './frames';
import type { LogEntry, RequestLog } from './log';
import type { ConnectionMemory } from './rule';
import { Wire } from './wire';

const HIGHEST_STREAM = 0x7fff_ffff;
const SHUTDOWN = '{"reason":"Shutdown"}';

/** One client's connection. */
export interface Connection {
  /** Counted from 1. */
  readonly id: number;
  readonly memory: ConnectionMemory;
  readonly session: ServerHttp2Session;
  /** Begins a stream: it is counted until it closes, because a GOAWAY waits for it. */
  begin(stream: ServerHttp2Stream): void;
  /** Notes a request that waits for its answer. */
  wait(entry: LogEntry): void;
  /** Whether the request may still be answered; false above a GOAWAY's last stream. */
  settle(entry: LogEntry): boolean;
  /** Whether the stream counts as never processed. */
  isCutOff(stream: number): boolean;
  /** Sets the stream limit by SETTINGS; does nothing if it stands already. */
  limitStreams(streams: number): void;
  /** GOAWAY, cut, stream limit and wire faults of a behaviour. `current` is the stream of the request that caused it. */
  suffer(effects: Effects, current?: number): void;
  destroy(): void;
}

/** Speaks HTTP/2 on a TLS socket. Apple allows one stream until a request with a valid provider token came. */
export const createConnection = (
  id: number,
  socket: TLSSocket,
  { log, settings }: { log: RequestLog; settings: http2.Settings },
): Connection => {
  const wire = new Wire(socket);
  const session = http2.performServerHandshake(wire, {
    settings: { ...settings, maxConcurrentStreams: 1 },
    maxSessionMemory: 1_000,
  });
  session.on('error', () => undefined); // a client that goes away is no error of ours

  const waiting = new Set<LogEntry>();
  const openStreams = new Set<number>();
  const answered = new Set<number>(); // streams whose answer is given but not yet written
  const farewell: Buffer[] = []; // GOAWAY frames to send
  let limit = 1;
  let highest = 0;
  let lastStream: number | undefined; // of our GOAWAY

  const isCutOff = (stream: number): boolean => lastStream !== undefined && stream > lastStream;

  /** Sends what GOAWAY frames are due, and ends the connection when no stream is left that may finish. */
  const wind = (): void => {
    // An answer given must be on its way before the frame that says its stream was never processed.
    if (answered.size === 0) for (const bytes of farewell.splice(0)) wire.dismiss(bytes);
    if (farewell.length > 0 || lastStream === undefined) return;
    if ([...openStreams].every(isCutOff)) wire.hangUp();
  };

  const goaway = (
    { lastStream: which = 'all', code = 0, debug = SHUTDOWN, twice }: Goaway,
    current = highest,
  ): void => {
    const last = Math.min({ all: highest, current, none: 0 }[which], lastStream ?? HIGHEST_STREAM);
    if (twice) farewell.push(goawayFrame(HIGHEST_STREAM, code, debug));
    farewell.push(goawayFrame(last, code, debug));
    lastStream = last;
    for (const entry of waiting) {
      if (!isCutOff(entry.stream)) continue;
      waiting.delete(entry);
      log.disown(entry);
    }
    wind();
  };

  const limitStreams = (streams: number): void => {
    if (streams === limit || session.destroyed) return;
    limit = streams;
    session.settings({ ...settings, maxConcurrentStreams: streams });
  };

  return {
    id,
    memory: {},
    session,
    begin(stream) {
      const streamId = stream.id ?? 0;
      highest = Math.max(highest, streamId);
      openStreams.add(streamId);
      stream.on('error', () => undefined); // reset by the client
      stream.on('close', () => {
        openStreams.delete(streamId);
        answered.delete(streamId);
        wind();
      });
    },
    wait: (entry) => void waiting.add(entry),
    settle(entry) {
      if (!waiting.delete(entry)) return false;
      if (openStreams.has(entry.stream)) answered.add(entry.stream);
      return true;
    },
    isCutOff,
    limitStreams,
    suffer(effects, current) {
      if (effects.streams !== undefined) limitStreams(effects.streams);
      if (effects.wire) wire.spoil(effects.wire);
      if (effects.goaway) goaway(effects.goaway, current);
      if (effects.cut) socket.destroy();
    },
    destroy() {
      socket.destroy();
    },
  };
};
