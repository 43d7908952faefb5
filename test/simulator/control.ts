import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Behaviour } from './behaviour';
import type { Simulator } from './server';

/** The control API of a simulator, for other processes. */
export interface ControlServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  close(): Promise<void>;
}

type Handler = (simulator: Simulator, request: { query: URLSearchParams; body: unknown }) => unknown;

/**
 * Bodies and answers are JSON. `GET /log?from=n` gives the requests from the n-th on and `next`, the `from` of the
 * next call (answers of earlier requests may still have changed since). `GET /ca` is the authority as PEM.
 */
const ROUTES: Record<string, Handler> = {
  'POST /behave': (simulator, { body }) => {
    simulator.behave(body as Behaviour);
    return { ok: true };
  },
  'POST /give-out': (simulator, { body }) => {
    const { token, topic } = body as { token: string; topic: string };
    simulator.giveOut(token, topic);
    return { ok: true };
  },
  'POST /clear': (simulator) => {
    simulator.clear();
    return { ok: true };
  },
  'GET /log': ({ log }, { query }) => {
    const from = Number(query.get('from') ?? 0);
    return { entries: log.slice(from), next: log.length };
  },
  'GET /refused': ({ refused }) => ({ entries: refused }),
  'GET /accepted': (simulator) => Object.fromEntries(simulator.accepted()),
  'GET /summary': (simulator) => simulator.summary(),
  'GET /ca': ({ ca }) => ca,
};

const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : (JSON.parse(text) as unknown);
};

const send = (response: ServerResponse, status: number, value: unknown): void => {
  const isText = typeof value === 'string';
  response.writeHead(status, { 'content-type': isText ? 'application/x-pem-file' : 'application/json' });
  response.end(isText ? value : JSON.stringify(value));
};

const answer = async (simulator: Simulator, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const url = new URL(request.url ?? '/', 'http://control');
  const handler = ROUTES[`${request.method} ${url.pathname}`];
  if (!handler) return send(response, 404, { error: `One of: ${Object.keys(ROUTES).join(', ')}` });
  try {
    send(response, 200, handler(simulator, { query: url.searchParams, body: await readJson(request) }));
  } catch (error) {
    send(response, 400, { error: error instanceof Error ? error.message : String(error) });
  }
};

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

/** Opens the control API on loopback; port 0 takes a free one. */
export const startControl = async (simulator: Simulator, port = 0): Promise<ControlServer> => {
  const server = createServer(
    { keepAliveTimeout: 0 },
    (request, response) => void answer(simulator, request, response),
  );
  const taken = await listen(server, port);
  return {
    url: `http://127.0.0.1:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
