import { servicesOf } from '../services-of';
import { randomBytes } from 'node:crypto';
import { setServices, type Services } from '../../../server/services';
import { createSigningKey } from '../../simulator';
import {
  entered,
  KEY_ID,
  PINNED,
  signingKey,
  startAdminScene,
  TEAM_ID,
  type AnswerOf,
  type AdminScene,
} from './admin-scene';

const NEWS = 'com.example.news';

interface AppAnswer {
  id: number;
  bundleId: string;
  enabled: boolean;
  pinned: boolean;
  lanes: { id: number; environment: string; credential: unknown; devices: number }[];
}

let scene: AdminScene;
let services: Services;
let news: AppAnswer;
let pinned: AppAnswer;
let pinnedTrigger: { id: number };

beforeAll(async () => {
  scene = await startAdminScene();
  services = servicesOf(scene.booted.strapi);
  const created = await scene.call<AppAnswer>('POST', '/apps', { bundleId: NEWS, name: 'News' });
  expect(created.status).toBe(201);
  news = created.body.data;
  pinned = (await scene.call<AppAnswer[]>('GET', '/apps')).body.data.find(({ bundleId }) => bundleId === PINNED)!;
  [pinnedTrigger] = (await scene.call<{ id: number }[]>('GET', '/triggers')).body.data;
});
afterAll(() => scene.stop());

const credentialPath = (app: AppAnswer, environment = 'production') =>
  `/apps/${app.id}/lanes/${environment}/credential`;

/** What of the key, or of how it is stored, must never be in an answer. */
function expectNoKeyIn(texts: string[]): void {
  // Without the lines that begin and end every key: a sentence may name them.
  const lines = signingKey.privateKeyPem.split('\n').filter((line) => line.length > 10 && !line.startsWith('---'));
  for (const secret of [...lines, 'v1:']) {
    expect(texts.filter((text) => text.includes(secret))).toEqual([]);
  }
}

describe('a credential', () => {
  beforeAll(async () => {
    const { status, body } = await scene.call<AppAnswer>('PUT', credentialPath(news), entered);
    expect(status).toBe(200);
    expect(body.data.lanes[0]).toMatchObject({
      environment: 'production',
      credential: { keyId: KEY_ID, teamId: TEAM_ID, source: 'panel', pinned: false, readable: true },
    });
  });

  it('is in force without a restart', () => {
    expect(services.registry.lane(NEWS, 'production')).toMatchObject({ credentialSource: 'panel', keyId: KEY_ID });
  });

  it('with which APNs finds no fault is told so by the impossible device token, with what that does not prove', async () => {
    scene.simulator.behave({ reason: 'BadDeviceToken', times: 1 });
    const { body } = await scene.call('POST', `/apps/${news.id}/lanes/production/check`);
    expect(body.data).toMatchObject({ ok: true, proves: 'no-fault', code: 'BadDeviceToken', status: 400 });
    expect(JSON.stringify(body)).toContain('bundle id');
  });

  it('that is another’s is explained from the reason table', async () => {
    const stranger = { keyId: KEY_ID, teamId: TEAM_ID, key: createSigningKey().privateKeyPem };
    await scene.call('PUT', credentialPath(news, 'sandbox'), stranger);
    const { body } = await scene.call('POST', `/apps/${news.id}/lanes/sandbox/check`);
    expect(body.data).toMatchObject({ ok: false, code: 'InvalidProviderToken', status: 403 });
    expect((body.data as { remedy: string }).remedy).not.toBe('');
    const { body: removed } = await scene.call<AppAnswer>('DELETE', credentialPath(news, 'sandbox'));
    expect(removed.data.lanes[1].credential).toBeNull();
    expect(services.registry.lane(NEWS, 'sandbox')).toMatchObject({
      credentialSource: null,
      pauses: [{ cause: 'no-credential', by: 'Ada Lovelace' }],
    });
  });

  it('that is not there cannot be checked', async () => {
    const { status, body } = await scene.call('POST', `/apps/${pinned.id}/lanes/sandbox/check`);
    expect(status).toBe(409);
    expect(body.error?.message).toContain('no credential');
  });

  it('is refused by the name of its field, and what was entered is not repeated', async () => {
    const key = signingKey.privateKeyPem.replace('MIG', 'MIH');
    const { status, body, text } = await scene.call('PUT', credentialPath(news), { ...entered, key });
    expect(status).toBe(400);
    expect(body.error?.details).toMatchObject({ errors: [{ path: ['key'], name: 'ValidationError' }] });
    expectNoKeyIn([text]);
  });
});

describe('what configuration pins', () => {
  it.each<[string, () => [string, string, object?]]>([
    ['an app', () => ['PUT', `/apps/${pinned.id}`, { name: 'Other' }]],
    ['an app', () => ['DELETE', `/apps/${pinned.id}`]],
    ['a credential', () => ['PUT', credentialPath(pinned), entered]],
    ['a credential', () => ['DELETE', credentialPath(pinned)]],
    ['a trigger', () => ['PUT', `/triggers/${pinnedTrigger.id}`, { enabled: false }]],
    ['a trigger', () => ['DELETE', `/triggers/${pinnedTrigger.id}`]],
  ])('is read-only: %s', async (_, request) => {
    const { status, body } = await scene.call(...request());
    expect(status).toBe(409);
    expect(body.error?.message).toContain('configuration');
  });

  it('is said to be so', async () => {
    expect(pinned).toMatchObject({ pinned: true, source: 'config', lanes: [{ credential: { pinned: true } }, {}] });
    expect(pinnedTrigger).toMatchObject({ pinned: true, source: 'config' });
    const { body } = await scene.call<AppAnswer>('PUT', credentialPath(pinned, 'sandbox'), entered);
    expect(body.data.lanes[1].credential).toMatchObject({ pinned: false });
  });
});

describe('a trigger', () => {
  const trigger = {
    name: 'pages',
    contentType: 'api::page.page',
    wakeOn: ['publish', 'delete'],
    apps: [NEWS],
    audience: 'locale',
  };

  it('is in force as soon as it is answered, changed and removed', async () => {
    const { status, body } = await scene.call<{ id: number }>('POST', '/triggers', trigger);
    expect(status).toBe(201);
    expect(body.data).toMatchObject({ ...trigger, enabled: true, pinned: false, problem: null });
    expect(services.registry.listeners('api::page.page')).toMatchObject([{ appId: news.id, audience: 'locale' }]);
    const { id } = body.data;
    await scene.call('PUT', `/triggers/${id}`, { audience: 'all' });
    expect(services.registry.listeners('api::page.page')).toMatchObject([{ audience: 'all' }]);
    const removed = await scene.call('DELETE', `/triggers/${id}`);
    expect(removed.body).toEqual({ data: { id } });
    expect(services.registry.listeners('api::page.page')).toEqual([]);
  });

  it('may name the content types that editors publish, and no others', async () => {
    const { body } = await scene.call<{ uid: string }[]>('GET', '/content-types');
    expect(body.data).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          uid: 'api::article.article',
          kind: 'collectionType',
          draftAndPublish: true,
          localized: true,
        }),
        expect.objectContaining({ uid: 'api::page.page', kind: 'singleType' }),
        expect.objectContaining({ uid: 'api::note.note', draftAndPublish: false, localized: false }),
      ]),
    );
    const uids = body.data.map(({ uid }) => uid);
    expect(uids.filter((uid) => !uid.startsWith('api::') && uid !== 'plugin::users-permissions.user')).toEqual([]);
  });
});

describe('a wrong request', () => {
  const trigger = { name: 't', contentType: 'api::page.page', wakeOn: ['publish'], apps: [NEWS], audience: 'all' };

  it.each<[string, string, () => string, unknown, number, string]>([
    ['an app without a bundle id', 'POST', () => '/apps', { name: 'x' }, 400, 'bundleId'],
    ['an app with a wrong bundle id', 'POST', () => '/apps', { bundleId: 'a b', name: 'x' }, 400, 'bundleId'],
    ['an app that is there', 'POST', () => '/apps', { bundleId: NEWS, name: 'x' }, 409, 'bundleId'],
    ['an app with an unknown field', 'POST', () => '/apps', { bundleId: 'a.b', name: 'x', epoch: 'e' }, 400, 'epoch'],
    ['reserved custom keys', 'PUT', () => `/apps/${news.id}`, { customKeys: { aps: {} } }, 400, 'customKeys'],
    ['custom keys that are a list', 'PUT', () => `/apps/${news.id}`, { customKeys: [] }, 400, 'customKeys'],
    ['a switch that is a text', 'PUT', () => `/apps/${news.id}`, { enabled: 'yes' }, 400, 'enabled'],
    ['a credential without a team', 'PUT', () => credentialPath(news), { keyId: KEY_ID, key: 'x' }, 400, 'teamId'],
    ['a key id of 3 characters', 'PUT', () => credentialPath(news), { ...entered, keyId: 'ABC' }, 400, 'keyId'],
    ['a key that is a file', 'PUT', () => credentialPath(news), { ...entered, key: 'file:/etc/hosts' }, 400, 'key'],
    ['an unknown content type', 'POST', () => '/triggers', { ...trigger, contentType: 'api::x.x' }, 400, 'contentType'],
    [
      'an admin content type',
      'POST',
      () => '/triggers',
      { ...trigger, contentType: 'admin::user' },
      400,
      'contentType',
    ],
    ['a log started anew without its epoch', 'POST', () => `/apps/${news.id}/start-anew`, {}, 400, 'epoch'],
    ['an unknown app', 'POST', () => '/triggers', { ...trigger, apps: ['com.example.no'] }, 400, 'apps'],
    ['an unknown action', 'POST', () => '/triggers', { ...trigger, wakeOn: ['create'] }, 400, 'wakeOn'],
    ['an unknown audience', 'POST', () => '/triggers', { ...trigger, audience: 'some' }, 400, 'audience'],
    ['a page of 101', 'GET', () => '/pushes?pageSize=101', undefined, 400, 'pageSize'],
    ['a page before the first', 'GET', () => '/devices?page=0', undefined, 400, 'page'],
    ['a lane that is a text', 'GET', () => '/devices?lane=x', undefined, 400, 'lane'],
  ])('names its field: %s', async (_, method, path, body, status, field) => {
    const answer = await scene.call(method, path(), body);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ data: null, error: { status } });
    const { errors } = answer.body.error!.details as { errors: { path: string[]; message: string }[] };
    expect(errors.map(({ path: [first] }) => first)).toEqual([field]);
  });

  it.each([
    ['PUT', '/apps/999999'],
    ['PUT', '/apps/1e3'],
    ['DELETE', '/triggers/0'],
    ['GET', '/pushes/999999'],
    ['GET', '/pushes/x'],
    ['POST', '/pushes/999999/cancel'],
    ['POST', '/lanes/999999/pause'],
    ['POST', '/lanes/999999/resume'],
    ['POST', '/lanes/999999/send-anyway'],
    ['POST', '/lanes/999999/send-now'],
    ['POST', '/lanes/999999/force'],
    ['POST', '/apps/999999/start-anew'],
    ['POST', '/apps/999999/wake'],
    ['GET', '/devices/not-an-id'],
    ['GET', '/devices/00000000-0000-4000-8000-000000000000'],
    ['DELETE', '/devices/not-an-id'],
    ['POST', '/devices/00000000-0000-4000-8000-000000000000/test'],
    ['PUT', '/apps/1/lanes/staging/credential'],
  ])('of something that is not there is 404: %s %s', async (method, path) => {
    const bodies = { credential: entered, 'start-anew': { epoch: 'e' } };
    const [, body] = Object.entries(bodies).find(([action]) => path.endsWith(action)) ?? [];
    expect((await scene.call(method, path, body ?? (method === 'PUT' ? {} : undefined))).status).toBe(404);
  });

  it('of more than 16 KB is 413', async () => {
    const { status } = await scene.call('POST', '/apps', {
      bundleId: 'a.b',
      name: 'x',
      customKeys: { x: 'x'.repeat(16_384) },
    });
    expect(status).toBe(413);
  });

  it('whose body is no JSON is 415', async () => {
    const headers = { authorization: `Bearer ${scene.superAdmin.token}`, 'content-type': 'text/plain' };
    const body = JSON.stringify({ bundleId: 'a.b', name: 'x' });
    const response = await fetch(`${scene.booted.url}/background-push/apps`, { method: 'POST', headers, body });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ error: { details: { errors: [{ path: [], code: 'not-json' }] } } });
  });
});

describe('devices', () => {
  it('says where apps register, wherever the project has its REST API', async () => {
    const { config } = scene.booted.strapi;
    const path = async () => ((await scene.call('GET', '/devices')).body as { meta: { path: string } }).meta.path;
    expect(await path()).toBe('/api/background-push/devices');
    const url = config.get('server.absoluteUrl');
    config.set('api.rest.prefix', '/v1');
    try {
      expect(await path()).toBe('/v1/background-push/devices');
      config.set('server.absoluteUrl', 'https://example.com/cms');
      expect(await path()).toBe('/cms/v1/background-push/devices');
    } finally {
      config.set('api.rest.prefix', '/api');
      config.set('server.absoluteUrl', url);
    }
  });

  const token = randomBytes(32).toString('hex');
  let id: string;
  beforeAll(async () => {
    const registered = await services.devices.register({ app: NEWS, environment: 'production', token, locale: 'en' });
    if (registered.kind !== 'registered') throw new Error(registered.message);
    id = registered.id;
    await services.devices.register({ app: NEWS, environment: 'production', token: randomBytes(32).toString('hex') });
  });

  const list = async (query: string) =>
    (await scene.call<{ id: string }[]>('GET', `/devices?${query}`)) as AnswerOf<{ id: string }[]>;

  it('are listed by pages, without what could be used to push to them', async () => {
    const { body, text } = await list('page=2&pageSize=1');
    expect(body.data).toMatchObject([{ id, bundleId: NEWS, environment: 'production', tokenTail: token.slice(-6) }]);
    expect(body.meta).toMatchObject({ pagination: { page: 2, pageSize: 1, pageCount: 2, total: 2 } });
    expect(text).not.toContain(token);
  });

  it('are found by lane, by id and by the end of the token', async () => {
    const [{ id: laneId }, { id: otherLane }] = news.lanes;
    expect((await list(`lane=${laneId}&search=${token.slice(-6)}`)).body.data).toMatchObject([{ id }]);
    expect((await list(`search=${id}`)).body.data).toMatchObject([{ id }]);
    expect((await list(`lane=${otherLane}`)).body.data).toEqual([]);
    expect((await list('search=%25')).body.data).toEqual([]);
  });

  it('get a test push, which says what APNs answered', async () => {
    const { body } = await scene.call('POST', `/devices/${id}/test`);
    expect(body.data).toMatchObject({ outcome: 'accepted', status: 200 });
    expect(scene.simulator.accepted().get(token)).toBe(1);
    const acts = await scene.call('GET', '/acts?pageSize=1');
    expect(acts.body.data).toMatchObject([
      { act: 'test-device', by: 'Ada Lovelace', params: { bundleId: NEWS, tokenTail: token.slice(-6) } },
    ]);
  });

  it('are removed once', async () => {
    expect((await scene.call('DELETE', `/devices/${id}`)).body).toEqual({ data: { id } });
    expect((await scene.call('DELETE', `/devices/${id}`)).status).toBe(404);
  });
});

describe('the overview', () => {
  it('tells the state of everything', async () => {
    const { body } = await scene.call('GET', '/overview');
    expect(body.data).toMatchObject({
      now: expect.any(Number) as number,
      engine: { running: false },
      capture: { on: true, code: 'on' },
      instance: { confirmed: true },
      encryption: { ready: true },
      alarms: [],
      triggers: 1,
      registrationOpen: false,
      apps: [
        { bundleId: PINNED, lanes: [{ environment: 'production' }, { environment: 'sandbox' }] },
        { bundleId: NEWS },
      ],
    });
  });

  it('tells when anybody may register', async () => {
    await scene.booted.grantPublic(['device.register']);
    const { body } = await scene.call<{ registrationOpen: boolean }>('GET', '/overview');
    expect(body.data.registrationOpen).toBe(true);
  });

  it('has no pushes yet, and a lane that runs has nothing to resume', async () => {
    const { body } = await scene.call('GET', `/pushes?lane=${news.lanes[0].id}`);
    expect(body).toEqual({ data: [], meta: { pagination: { page: 1, pageSize: 20, pageCount: 0, total: 0 } } });
    const resumed = await scene.call('POST', `/lanes/${news.lanes[0].id}/resume`, {});
    expect(resumed.body).toEqual({ data: { id: news.lanes[0].id, pauses: [] } });
  });

  it('logs a refresh for who wakes everyone', async () => {
    const { body } = await scene.call('POST', `/apps/${news.id}/wake`, {});
    expect(body).toEqual({ data: { logged: true } });
    const changes = await services.store.knex('background_push_changes').where({ app_id: news.id, wakes: 1 });
    expect(changes).toMatchObject([{ action: 'refresh', audience: 'all' }]);
  });
});

describe('a lane', () => {
  const act = async (action: string) => scene.call<object>('POST', `/lanes/${news.lanes[0].id}/${action}`, {});
  const overviewLane = async () => {
    const { body } = await scene.call<{ apps: { id: number; lanes: object[] }[] }>('GET', '/overview');
    return body.data.apps.find(({ id }) => id === news.id)!.lanes[0] as { acts: object[] };
  };

  it('is paused and resumed, and tells who did it by name', async () => {
    const paused = await act('pause');
    expect(paused.body.data).toMatchObject({ pauses: [{ cause: 'administrator', by: 'Ada Lovelace' }] });
    const twice = await act('pause');
    expect(twice.status).toBe(409);
    expect(twice.body.error?.message).toContain('paused by an administrator already');
    const hurried = await act('send-now');
    expect(hurried.status).toBe(409);
    expect(hurried.body.error?.message).toContain('paused (administrator)');
    expect((await act('resume')).body.data).toMatchObject({ pauses: [] });
    const lane = await overviewLane();
    expect(lane).toMatchObject({ pauses: [] });
    expect(lane.acts.slice(0, 3)).toMatchObject([
      { act: 'resume', by: 'Ada Lovelace', at: expect.any(Number) as number },
      { act: 'pause', by: 'Ada Lovelace' },
      { act: 'wake-everyone', by: 'Ada Lovelace' },
    ]);
  });

  it('is told to send now, and forced', async () => {
    expect((await act('send-now')).body.data).toMatchObject({ departure: { kind: 'now' } });
    expect(await overviewLane()).toMatchObject({ hurry: 'now' });
    expect((await act('force')).status).toBe(200);
    expect((await act('send-now')).status).toBe(200);
    expect(await overviewLane()).toMatchObject({ hurry: 'force' });
    const anyway = await act('send-anyway');
    expect(anyway.status).toBe(409);
    expect(anyway.body.error?.message).toContain('not paused by the guard');
  });
});

describe('an app', () => {
  it('starts its log anew', async () => {
    const epoch = services.registry.app(NEWS)!.epoch;
    const { body } = await scene.call('POST', `/apps/${news.id}/start-anew`, { epoch });
    expect(body).toEqual({ data: { id: news.id } });
    expect(services.registry.app(NEWS)!.epoch).not.toBe(epoch);
  });

  it('is disabled, removed and added again without a restart', async () => {
    const { body } = await scene.call<AppAnswer>('POST', '/apps', { bundleId: 'com.example.brief', name: 'Brief' });
    const { id } = body.data;
    await scene.call('PUT', `/apps/${id}`, { enabled: false, customKeys: { edition: 'city' } });
    expect(services.registry.app('com.example.brief')).toMatchObject({
      enabled: false,
      customKeys: { edition: 'city' },
    });
    expect((await scene.call('DELETE', `/apps/${id}`)).body).toEqual({ data: { id } });
    expect(services.registry.app('com.example.brief')).toBeUndefined();
    const again = await scene.call<AppAnswer>('POST', '/apps', { bundleId: 'com.example.brief', name: 'Brief' });
    expect(again.body.data).toMatchObject({ id, enabled: true });
  });
});

describe('no answer', () => {
  it('of any route ever contains a key', async () => {
    for (const path of ['/overview', '/apps', '/triggers', '/devices', '/pushes', '/content-types']) {
      await scene.call('GET', path);
    }
    expect(scene.answers.length).toBeGreaterThan(60);
    expectNoKeyIn(scene.answers);
  });

  it('is given before the plugin is ready, but 503', async () => {
    setServices(scene.booted.strapi, null);
    try {
      expect((await scene.call('GET', '/apps')).status).toBe(503);
    } finally {
      setServices(scene.booted.strapi, services);
    }
  });
});
