import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseConfig, type BeforePushSetting } from '../../../server/config';
import { createBeforePush } from '../../../server/pipeline/launch';

const CALL = { app: 'com.example.news', environment: 'production', epoch: 'e 1', since: 41, rev: 43 };

function setUp(setting: BeforePushSetting) {
  const alarms: string[] = [];
  const { beforePush: hook } = parseConfig({ delivery: { beforePush: setting } }).delivery;
  const step = createBeforePush({
    hook,
    alarms: {
      raise: async (key, code, params) => void alarms.push(`${key} ${code} ${JSON.stringify(params)}`),
      clear: async (key) => void alarms.push(`${key} over`),
    },
  });
  return { tell: () => step(7, CALL), alarms };
}

describe('what is told before a push leaves', () => {
  const asked: string[] = [];
  let answer: (response: http.ServerResponse) => void;
  const server = http.createServer({ keepAliveTimeout: 0 }, (request, response) => {
    asked.push(`${request.method} ${request.url} ${String(request.headers['x-key'])}`);
    answer(response);
  });
  let origin: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test('is a request, with what the push is about in its address', async () => {
    answer = (response) => response.end();
    const url = `${origin}/purge/{app}/{environment}?e={epoch}&from={since}&to={rev}`;
    const { tell, alarms } = setUp({ url, method: 'PURGE', headers: { 'x-key': 'k' } });
    await tell();
    expect(asked.at(-1)).toBe('PURGE /purge/com.example.news/production?e=e%201&from=41&to=43 k');
    expect(alarms).toEqual(['before-push:7 over']);
  });

  test('is a function', async () => {
    const calls: unknown[] = [];
    const { tell, alarms } = setUp((call) => calls.push(call));
    await tell();
    expect(calls).toEqual([CALL]);
    expect(alarms).toEqual(['before-push:7 over']);
  });

  test.each<[string, () => BeforePushSetting, RegExp]>([
    [
      'refuses',
      () => {
        answer = (response) => response.writeHead(503).end();
        return { url: origin };
      },
      /POST answered 503/,
    ],
    [
      'says nothing',
      () => {
        answer = () => undefined;
        return { url: origin, timeoutMs: 20 };
      },
      /within 20 ms/,
    ],
    ['is not there', () => ({ url: 'http://127.0.0.1:1' }), /fetch failed/],
    [
      'throws',
      () => () => {
        throw new Error('no such zone');
      },
      /no such zone/,
    ],
    ['rejects', () => () => Promise.reject(new Error('no such zone')), /no such zone/],
  ])('raises an alarm when it %s, and holds nobody up', async (_, setting, message) => {
    const { tell, alarms } = setUp(setting());
    await tell();
    expect(alarms).toEqual([expect.stringMatching(/^before-push:7 before-push-failed/)]);
    expect(alarms[0]).toMatch(message);
  });

  test.each<[string, unknown]>([
    ['no address', { url: 'cache.example.com' }],
    ['another protocol', { url: 'ftp://cache.example.com' }],
    ['a strange method', { url: 'https://a.b', method: 'BREW' }],
    ['a deadline past a minute', { url: 'https://a.b', timeoutMs: 60_001 }],
    ['a misspelt key', { url: 'https://a.b', header: {} }],
    ['a text', 'https://a.b'],
  ])('is refused by name: %s', (_, beforePush) => {
    expect(() => parseConfig({ delivery: { beforePush } })).toThrow(
      /config\.delivery\.beforePush.*must be null, a function/,
    );
  });
});
