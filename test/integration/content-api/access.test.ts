import { ACTIONS, bootContentApi, BUNDLE_ID, registration, type ContentApi } from './content-api';

const DEVICES = '/api/background-push/devices';
const CHANGES = '/api/background-push/changes';
const ID = '01234567-89ab-4cde-8f01-23456789abcd';

describe('the content API', () => {
  let api: ContentApi;
  beforeAll(async () => {
    api = await bootContentApi({ granted: [] });
  });
  afterAll(() => api.stop());

  const scope = (action: string) => `plugin::background-push.${action}`;

  async function apiToken(type: 'read-only' | 'full-access' | 'custom', permissions?: string[]): Promise<string> {
    const admin = await api.admin();
    const body = { name: `${type} ${permissions?.join() ?? ''}`, description: '', type, lifespan: null, permissions };
    const { data } = await admin.call<{ data: { accessKey: string } }>('POST', '/admin/api-tokens', body);
    return data.accessKey;
  }

  /** A user of the website, whose role may do this. */
  async function userToken(action: string): Promise<string> {
    const role = (await api.strapi.db
      .query('plugin::users-permissions.role')
      .findOne({ where: { type: 'authenticated' } })) as { id: number };
    await api.strapi.db
      .query('plugin::users-permissions.permission')
      .create({ data: { action: scope(action), role: role.id } });
    const user = { username: 'reader', email: 'reader@example.com', password: 'a-long-password-1' };
    const response = await api.request.post('/api/auth/local/register').send(user).expect(200);
    return (response.body as { jwt: string }).jwt;
  }

  const get = (token?: string, query: Record<string, unknown> = {}) => {
    const request = api.request.get(CHANGES).query({ app: BUNDLE_ID, ...query });
    return token === undefined ? request : request.set('authorization', `Bearer ${token}`);
  };

  it('is closed to everybody until it is granted', async () => {
    await api.request.post(DEVICES).send(registration()).expect(403);
    await api.request.put(`${DEVICES}/${ID}`).set('x-device-secret', 'x').send({}).expect(403);
    await api.request.delete(`${DEVICES}/${ID}`).set('x-device-secret', 'x').expect(403);
    await get().expect(403);
  });

  it('opens to an API token action by action', async () => {
    const token = await apiToken('custom', [scope('device.register')]);
    const body = registration();
    await api.request.post(DEVICES).set('authorization', `Bearer ${token}`).send(body).expect(201);
    await get(token).expect(403);
  });

  it('lets a read-only API token read the feed and nothing else', async () => {
    const token = await apiToken('read-only');
    await get(token).expect(200);
    await api.request.post(DEVICES).set('authorization', `Bearer ${token}`).send(registration()).expect(403);
  });

  it('offers its actions, and only these, where roles are edited', async () => {
    const admin = await api.admin();
    const { permissions } = await admin.call<{
      permissions: Record<string, { controllers: Record<string, Record<string, unknown>> }>;
    }>('GET', '/users-permissions/permissions');
    const { controllers } = permissions['plugin::background-push'];
    const offered = Object.entries(controllers).flatMap(([name, actions]) =>
      Object.keys(actions).map((action) => `${name}.${action}`),
    );
    expect(offered.sort()).toEqual([...ACTIONS].sort());
  });

  it('lets shared caches keep only what everybody may read', async () => {
    const head = await api.publishNotes(2);
    const readOnly = await apiToken('full-access');
    const user = await userToken('changes.find');
    await get(user).expect(200);
    await api.grantPublic(['changes.find']);
    const { meta } = (await get().expect(200)).body as { meta: { epoch: string } };
    const page = { epoch: meta.epoch, since: head - 2, to: head };
    const cacheControl = async (token?: string, query = {}) =>
      (await get(token, query).expect(200)).headers['cache-control'] as string;

    expect(await cacheControl(undefined, page)).toBe('public, max-age=86400, immutable');
    expect(await cacheControl(readOnly, page)).toBe('private, max-age=86400, immutable');
    expect(await cacheControl(user, page)).toBe('private, max-age=86400, immutable');
    expect(await cacheControl()).toBe('no-cache');
    expect(await cacheControl(readOnly)).toBe('private, no-cache');
    expect(await cacheControl(user)).toBe('private, no-cache');
  });
});
