import http2, { type ServerHttp2Session } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { RequestLog } from './log';

const PATH_PREFIX = '/3/device/'.length;

/**
 * A connection that answers 200 to everything and only counts: for benchmarks. It still starts at one stream, and
 * opens with the first request, so that a client goes its usual way.
 */
export const serveFast = (
  socket: TLSSocket,
  {
    log,
    settings,
    streams,
    latencyMs,
  }: { log: RequestLog; settings: http2.Settings; streams: number; latencyMs: number },
): ServerHttp2Session => {
  const session = http2.performServerHandshake(socket, {
    settings: { ...settings, maxConcurrentStreams: 1 },
    maxSessionMemory: 1_000,
  });
  let isOpen = false;
  session.on('error', () => undefined);
  session.on('stream', (stream, headers) => {
    if (!isOpen) {
      isOpen = true;
      session.settings({ ...settings, maxConcurrentStreams: streams });
    }
    const respond = (): void => {
      if (stream.destroyed) return;
      log.count((headers[':path'] ?? '').slice(PATH_PREFIX));
      stream.respond({ ':status': 200, 'apns-id': headers['apns-id'] }, { endStream: true });
    };
    stream.on('error', () => undefined);
    stream.on('end', latencyMs > 0 ? () => void setTimeout(respond, latencyMs) : respond);
    stream.resume();
  });
  return session;
};
