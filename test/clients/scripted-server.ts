import { setTimeout as sleep } from 'node:timers/promises';
import http from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { Counter } from './counter';
import type { Exchange } from './scenario';

/** A server that answers what a scenario says, over a real socket. */
export interface ScriptedServer {
  url: string;
  /** Takes the place of what was not asked for yet. @throws when the script before was not over */
  play(exchanges: readonly Exchange[]): void;
  /** @throws what was asked that no script says, and what a script says that nobody asked */
  check(): void;
  clear(): void;
  stop(): Promise<void>;
}

const PREFIX = '/api/background-push/';
const EPOCH = 'e1';
const SCOPE = 's1';

export async function startScriptedServer(counter: Counter): Promise<ScriptedServer> {
  let left: Exchange[] = [];
  const problems: string[] = [];
  const server = http.createServer({ keepAliveTimeout: 0 }, (request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      counter.seen.push({ method: request.method!, url: request.url!, body });
      const exchange = left.shift();
      const problem = exchange
        ? differenceOf(exchange, request.method!, request.url!, body)
        : `${request.method} ${request.url} was not to be asked`;
      if (problem || !exchange) {
        problems.push(problem ?? '');
        response.writeHead(500).end();
        return;
      }
      await answer(response, exchange);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    play(exchanges) {
      if (left.length > 0) throw new Error(`${left.map(({ request }) => request).join(', ')}: nobody asked.`);
      left = [...exchanges];
    },
    check() {
      const unasked = left.map(({ request, query }) => `nobody asked ${request} ${JSON.stringify(query ?? {})}`);
      const all = [...problems, ...unasked];
      if (all.length > 0) throw new Error(all.join('; '));
    },
    clear() {
      left = [];
      problems.length = 0;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** @returns what is wrong with a request; null: nothing */
function differenceOf(exchange: Exchange, method: string, url: string, body: string): string | null {
  const { pathname, searchParams } = new URL(url, 'http://server');
  const asked = `${method} ${pathname.replace(PREFIX, '')}`;
  if (asked !== exchange.request) return `${asked} instead of ${exchange.request}`;
  for (const [name, value] of Object.entries(exchange.query ?? {}))
    if (searchParams.get(name) !== value) return `${asked}: ${name}=${searchParams.get(name)} instead of ${value}`;
  const said = body === '' ? {} : (JSON.parse(body) as Record<string, unknown>);
  for (const [name, value] of Object.entries(exchange.body ?? {}))
    if (!isDeepStrictEqual(said[name] ?? null, value))
      return `${asked}: ${name} is ${JSON.stringify(said[name])} instead of ${JSON.stringify(value)}`;
  return null;
}

async function answer(response: http.ServerResponse, exchange: Exchange): Promise<void> {
  const { changes, snapshot, meta = {}, error, raw, data, lost, heldMs } = exchange;
  if (lost === 'silent') return;
  if (heldMs !== undefined) await sleep(heldMs);
  const json = (status: number, body: unknown, headers: Record<string, string> = {}) => {
    const text = JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    if (lost !== 'cut') return void response.end(text);
    // What was sent arrives: a client's library may ask again by itself where nothing did.
    response.write(text.slice(0, text.length / 2), () => response.socket!.end());
  };
  if (raw) return void response.writeHead(raw.status, raw.headers).end(raw.body);
  if (error) {
    const { status, code, retryAfter } = error;
    const details = code === undefined ? {} : { errors: [{ path: [], code, message: code, name: 'ValidationError' }] };
    const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    return json(status, { data: null, error: { status, name: 'Error', message: code ?? 'no', details } }, headers);
  }
  if (data !== undefined) return json(200, { data });
  const position = { epoch: EPOCH, scope: SCOPE, more: false, reset: false, withheld: [] };
  if (changes) return json(200, { data: changes, meta: { ...position, ...meta } });
  return json(200, { data: snapshot ?? [], meta: { ...position, cursor: null, ...meta } });
}
