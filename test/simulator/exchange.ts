import { randomUUID } from 'node:crypto';
import http2, { type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { answerTo, type Answer } from './answer';
import type { BehaviourBook, Effects } from './behaviour';
import type { Connection } from './connection';
import type { LogEntry, RequestLog } from './log';
import type { Environment, VerifyProviderToken } from './provider-token';
import { deviceTokenOf, type ApnsRequest } from './rule';
import { judge, rememberToken } from './rules';

/** What serving a request needs to know of the simulator. */
export interface ExchangeContext {
  log: RequestLog;
  behaviours: BehaviourBook;
  verifyToken: VerifyProviderToken;
  environment: Environment;
  topics: ReadonlySet<string> | undefined;
  topicOf(token: string): string | undefined;
  /** Stream limit once a valid provider token was seen. */
  streams: number;
  /** Whether a rejection lowers the limit to one stream until the next acceptance, as was seen at Apple. */
  narrowOnRejection: boolean;
  latencyMs: number;
  now(): number;
}

const CANONICAL_UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Longer bodies are cut: they are too large in any case. */
const KEPT_BODY_BYTES = 65_536;

const flatten = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );

const parseBody = (body: Buffer): unknown => {
  const text = body.toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

const toEntry = (request: ApnsRequest, at: number, connection: number, stream: number): LogEntry => {
  const id = request.headers['apns-id'];
  return {
    at,
    connection,
    stream,
    token: deviceTokenOf(request.path) ?? '',
    apnsId: id !== undefined && CANONICAL_UUID.test(id) ? id : randomUUID(),
    topic: request.headers['apns-topic'] ?? null,
    headers: { ...request.headers },
    body: parseBody(request.body),
    status: null,
    reason: null,
  };
};

/** Serves the requests of one connection: judge, log, misbehave or answer. */
export const serveRequests = (connection: Connection, context: ExchangeContext): void => {
  const { log, behaviours, environment, topics, topicOf, now } = context;

  const write = (stream: ServerHttp2Stream, entry: LogEntry, answer: Answer): void => {
    // A request whose client or connection has gone stays in the log unanswered.
    if (!connection.settle(entry) || stream.destroyed || stream.closed) return;
    if (context.narrowOnRejection && connection.memory.boundTo) {
      connection.limitStreams(answer.status === 200 ? context.streams : 1);
    }
    log.answered(entry, answer.status, answer.reason);
    if (environment === 'sandbox') entry.uniqueId = randomUUID();
    const unique = entry.uniqueId === undefined ? {} : { 'apns-unique-id': entry.uniqueId };
    const headers = { ':status': answer.status, 'apns-id': entry.apnsId, ...unique, ...answer.headers };
    stream.respond(headers, { endStream: answer.body === '' });
    if (answer.body !== '') stream.end(answer.body);
  };

  const misbehave = (stream: ServerHttp2Stream, entry: LogEntry, effects: Effects): boolean => {
    if (effects.refuse) {
      connection.settle(entry);
      log.disown(entry);
      stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
      return true;
    }
    if (effects.reset !== undefined) {
      connection.settle(entry);
      stream.close(effects.reset);
      return true;
    }
    return effects.hang === true || effects.cut === true;
  };

  const handle = (stream: ServerHttp2Stream, request: ApnsRequest): void => {
    const at = now();
    const entry = toEntry(request, at, connection.id, stream.id ?? 0);
    log.take(entry);
    if (connection.isCutOff(entry.stream)) return log.disown(entry);
    connection.wait(entry);

    const providerToken = context.verifyToken(request.headers.authorization);
    const verdict = judge(request, {
      now: at,
      environment,
      topics,
      topicOf,
      providerToken,
      connection: connection.memory,
    });
    if (verdict.rule !== undefined) entry.rule = verdict.rule;
    const effects = behaviours.effectsOn(entry);
    const answer = answerTo(verdict, effects, at);
    const isTooMany = answer.reason === 'TooManyProviderTokenUpdates';
    if (isTooMany) connection.memory.refusedAt = at;
    const tokenGood = verdict.tokenGood && answer.status !== 403 && !isTooMany;
    if (tokenGood) {
      if (!connection.memory.boundTo) connection.limitStreams(effects.streams ?? context.streams);
      rememberToken(connection.memory, providerToken, at);
    }

    connection.suffer(effects, entry.stream);
    if (misbehave(stream, entry, effects)) return;
    const delayMs = context.latencyMs + (effects.delayMs ?? 0);
    if (delayMs === 0) return write(stream, entry, answer);
    setTimeout(() => write(stream, entry, answer), delayMs).unref();
  };

  connection.session.on('stream', (stream, headers, _flags, rawHeaders?: string[]) => {
    connection.begin(stream);
    const chunks: Buffer[] = [];
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      if (size < KEPT_BODY_BYTES) chunks.push(chunk);
      size += chunk.length;
    });
    stream.on('end', () => {
      if (stream.aborted) return; // reset by the client before the request was whole
      handle(stream, {
        method: headers[':method'] ?? '',
        path: headers[':path'] ?? '',
        rawHeaders: rawHeaders ?? [],
        headers: flatten(headers),
        body: Buffer.concat(chunks),
      });
    });
  });
};
