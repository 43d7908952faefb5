import http from 'node:http';
import { adminApiRoutes } from '../../../server/admin-api';
import { eachDatabase } from '../databases';
import { entered, PINNED, startAdminScene, type AdminScene } from './admin-scene';

const BUNDLE = 'com.example.news';

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

/** What strangers put where a text belongs. */
const TEXTS = [
  '',
  '\u0000',
  'a\u0000b',
  'line\nbreak',
  '\u202Egnp.exe',
  '\ud800',
  "'; drop table background_push_apps; --",
  '%',
  'x'.repeat(4_000),
  '😀'.repeat(130),
  '-1',
  '0x10',
  '1e3',
  '2147483648',
];
/** What an address can hold. */
const ESCAPABLE = TEXTS.filter((text) => text !== '\ud800');
const VALUES: unknown[] = [
  ...TEXTS,
  null,
  true,
  2_147_483_648,
  [],
  {},
  { a: { b: '\u0000' } },
  { length: { valueOf: 1, toString: 1 } },
  nested(60),
];

const APP = { bundleId: BUNDLE, name: 'News', customKeys: {}, enabled: true };
const TRIGGER = {
  name: 'pages',
  contentType: 'api::page.page',
  wakeOn: ['publish'],
  apps: [PINNED],
  audience: 'all',
  enabled: true,
};

/** The fields of each body, with values that are taken. */
const BODIES: Record<string, object> = {
  'POST /apps': { bundleId: APP.bundleId, name: APP.name, customKeys: APP.customKeys },
  'PUT /apps/:id': { name: APP.name, customKeys: APP.customKeys, enabled: APP.enabled },
  'POST /apps/:id/start-anew': { epoch: 'e' },
  'PUT /apps/:id/lanes/:environment/credential': entered,
  'POST /triggers': TRIGGER,
  'PUT /triggers/:id': TRIGGER,
  'POST /triggers/preview-audience': { contentType: TRIGGER.contentType, apps: TRIGGER.apps, tags: ['{title}'] },
};

const QUERIES = ['page', 'lane', 'search', 'lane[]'];
const ROUTES = adminApiRoutes.routes.map(({ method, path }) => ({ name: `${method} ${path}`, method, path }));

const AT_ONCE = 8;

/** Names that would forge a line, or read as another. */
const FORGED = [
  'line\nbreak',
  'tab\tbed',
  '\u0000',
  '\u001b[2J',
  '\u202Eevil',
  '\u2066x',
  'a\u2028b',
  '\ud800',
  '\u200d',
];

eachDatabase((database) => {
  let scene: AdminScene;
  beforeAll(async () => {
    scene = await startAdminScene({ database });
    await scene.call('POST', '/apps', BODIES['POST /apps']);
  });
  afterAll(() => scene.stop());

  /** Asks each, some at once, and says which were answered with a fault of the server. */
  async function faultsOf(requests: [method: string, path: string, body?: unknown][]): Promise<string[]> {
    const faults: string[] = [];
    for (let from = 0; from < requests.length; from += AT_ONCE) {
      const asked = requests.slice(from, from + AT_ONCE);
      const answers = await Promise.all(asked.map(([method, path, body]) => scene.call(method, path, body)));
      answers.forEach(({ status }, place) => {
        if (status >= 500) faults.push(`${JSON.stringify(asked[place]).slice(0, 300)} → ${status}`);
      });
    }
    return faults;
  }

  /** Its parameters filled, hostile ones escaped. */
  const filled = (path: string, id: string) =>
    path.replace(':id', encodeURIComponent(id)).replace(':environment', 'production');

  it.each(ROUTES)('takes any parameter without a fault: $name', async ({ name, method, path }) => {
    const paths = path.includes(':') ? ESCAPABLE.filter((text) => text !== '').map((id) => filled(path, id)) : [path];
    if (method === 'GET') {
      for (const query of QUERIES) {
        paths.push(...ESCAPABLE.map((text) => `${filled(path, '1')}?${query}=${encodeURIComponent(text)}`));
      }
      paths.push(`${filled(path, '1')}?search=%ff%fe&search=%00`);
      paths.push(`${filled(path, '1')}?search[length][valueOf]=1&search[length][toString]=1`);
    }
    expect(await faultsOf(paths.map((each) => [method, each, BODIES[name]]))).toEqual([]);
  });

  it.each(Object.entries(BODIES))('takes any body without a fault: %s', async (name, body) => {
    const { method, path } = ROUTES.find((route) => route.name === name)!;
    const bodies = [...VALUES];
    for (const field of [...Object.keys(body), '__proto__']) {
      // Without a prototype, so that `__proto__` is a field like any other.
      for (const value of VALUES) bodies.push(Object.assign(Object.create(null) as object, body, { [field]: value }));
    }
    expect(await faultsOf(bodies.map((each) => [method, filled(path, '1'), each]))).toEqual([]);
  });

  it.each([
    ['lists', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('refuses a chunked body of thousands of %s in one another', async (_, open, close) => {
    for (const depth of [65, 2_000, 5_000, 20_000]) {
      const body = `{"customKeys":${open.repeat(depth)}${open === '[' ? '' : '1'}${close.repeat(depth)}}`;
      expect([depth, await sendChunked(scene, 'PUT', '/apps/1', body)]).toEqual([depth, 400]);
    }
  });

  it.each(FORGED.map((name) => [JSON.stringify(name), name]))(
    'refuses the name %s, and says which field',
    async (_, name) => {
      for (const [path, body] of [
        ['/apps', { ...BODIES['POST /apps'], bundleId: 'com.example.forged', name }],
        ['/triggers', { ...TRIGGER, name }],
      ] as const) {
        const { status, body: answer } = await scene.call('POST', path, body);
        expect(status).toBe(400);
        expect(answer.error?.details).toMatchObject({ errors: [{ path: ['name'] }] });
      }
    },
  );

  it.each(['2147483648', '0', '-1', '1e3', '0x10', '', ' 1'])('refuses the lane “%s”', async (lane) => {
    for (const list of ['/devices', '/pushes']) {
      const { status, body } = await scene.call('GET', `${list}?lane=${encodeURIComponent(lane)}`);
      expect(status).toBe(400);
      expect(body.error?.details).toMatchObject({ errors: [{ path: ['lane'] }] });
    }
  });
});

/** Sends a body without its length; `fetch` would buffer it. */
function sendChunked(scene: AdminScene, method: string, path: string, body: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = http.request(`${scene.booted.url}/background-push${path}`, {
      method,
      headers: {
        authorization: `Bearer ${scene.superAdmin.token}`,
        'content-type': 'application/json',
        'transfer-encoding': 'chunked',
      },
    });
    request.once('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.once('error', reject);
    request.end(body);
  });
}
