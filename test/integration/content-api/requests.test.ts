import http from 'node:http';
import { setServices } from '../../../server/services';
import { TABLES } from '../../../server/store/tables';
import {
  BARE_BUNDLE_ID,
  bootContentApi,
  BUNDLE_ID,
  namedFields,
  newToken,
  registration,
  type ContentApi,
} from './content-api';

const DEVICES = '/api/background-push/devices';
const CHANGES = '/api/background-push/changes';

describe('a request to the content API', () => {
  let api: ContentApi;
  beforeAll(async () => {
    api = await bootContentApi({ registration: { maxDevices: 3 } });
  });
  afterAll(() => api.stop());
  beforeEach(() => api.services.store.knex(TABLES.devices).delete());

  it('has a body of at most 4 KB, as its header says', async () => {
    const response = await api.request
      .post(DEVICES)
      .send(registration({ note: 'x'.repeat(4_096) }))
      .expect(413);
    expect((response.body as { error: { message: string } }).error.message).toContain('4096 bytes');
    expect(response.headers['cache-control']).toBe('no-store');
  });

  it('has a body of at most 4 KB, whatever its header leaves out', async () => {
    expect(await postChunked(JSON.stringify(registration({ note: 'x'.repeat(4_096) })))).toBe(413);
    expect(await postChunked(JSON.stringify(registration()))).toBe(201);
  });

  it('has a body in JSON', async () => {
    await api.request.post(DEVICES).type('form').send(registration()).expect(415);
    await api.request.post(DEVICES).type('text/plain').send(JSON.stringify(registration())).expect(415);
    const list = await api.request.post(DEVICES).send([registration()]).expect(400);
    expect(namedFields(list.body)).toEqual(['']);
    const nothing = await api.request.post(DEVICES).expect(400);
    expect(namedFields(nothing.body).sort()).toEqual(['app', 'environment', 'token']);
  });

  it('that is refused says why to programs, whatever is wrong', async () => {
    const said = async (status: number, request: PromiseLike<{ status: number; body: unknown }>) => {
      const answer = await request;
      expect(answer.status).toBe(status);
      return codes(answer.body);
    };
    const post = (body: object) => api.request.post(DEVICES).send(body);
    const get = (query: object) => api.request.get(CHANGES).query(query);
    expect(await said(400, post(registration({ token: 'x' })))).toEqual(['invalid']);
    expect(await said(400, post(registration({ tokn: 'x' })))).toEqual(['unknown-field']);
    expect(await said(400, post(registration({ app: 'com.example.other' })))).toEqual(['unknown-app']);
    expect(await said(400, post(registration({ app: BARE_BUNDLE_ID, environment: 'sandbox' })))).toEqual([
      'lane-not-set-up',
    ]);
    expect(await said(400, post(registration({ id: '01234567-89ab-4cde-8f01-23456789abcd' })))).toEqual([
      'secret-missing',
    ]);
    expect(await said(400, get({ app: 'com.example.other' }))).toEqual(['unknown-app']);
    expect(await said(413, post(registration({ tags: ['x'.repeat(5_000)] })))).toEqual(['body-too-large']);
    const text = api.request.post(DEVICES).set('content-type', 'text/plain').send('x');
    expect(await said(415, text)).toEqual(['not-json']);
    const strange = api.request
      .put(`${DEVICES}/01234567-89ab-4cde-8f01-23456789abcd`)
      .set('x-device-secret', 'x')
      .send({});
    expect(await said(404, strange)).toEqual(['unknown-device']);
  });

  it('may say "development", as the entitlement of an app does', async () => {
    const { id, secret } = await api.register({ environment: 'development' });
    const sandbox = api.services.registry.lane(BUNDLE_ID, 'sandbox')!;
    expect((await api.devices()).at(-1)).toMatchObject({ public_id: id, lane_id: sandbox.id });
    await api.request.delete(`${DEVICES}/${id}`).set('x-device-secret', secret).expect(204);
  });

  it('of a device is told how APNs last answered its token', async () => {
    const { id, secret } = await api.register();
    const { knex } = api.services.store;
    const put = async (body: object = {}) => {
      const answer = await api.request.put(`${DEVICES}/${id}`).set('x-device-secret', secret).send(body).expect(200);
      return (answer.body as { data: { apns: object } }).data.apns;
    };
    expect(await put()).toEqual({ state: 'untried', at: null });
    await knex(TABLES.devices).where({ public_id: id }).update({ accepted: 1 });
    expect(await put()).toEqual({ state: 'accepted', at: null });
    await knex(TABLES.devices).where({ public_id: id }).update({ refusals: 1, refused_at: 1_700_000_000_000 });
    expect(await put()).toEqual({ state: 'refused', at: '2023-11-14T22:13:20Z' });
    expect(await put({ token: newToken() })).toEqual({ state: 'untried', at: null });
    await api.request.delete(`${DEVICES}/${id}`).set('x-device-secret', secret).expect(204);
  });

  it('is told when no more devices are taken, until there is room again', async () => {
    const devices = [await api.register(), await api.register(), await api.register()];
    const body = registration();
    const refused = await api.request.post(DEVICES).send(body).expect(503);
    expect(codes(refused.body)).toEqual(['too-many-devices']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(3_600);
    // A device that is known already takes no room.
    const [first] = await api.devices();
    await api.register({ token: first.token });
    await api.request.delete(`${DEVICES}/${devices[2].id}`).set('x-device-secret', devices[2].secret).expect(204);
    await api.request.post(DEVICES).send(body).expect(201);
  });

  it('that comes while the plugin starts or stops is asked to come again', async () => {
    setServices(api.strapi, null);
    try {
      const early = await api.request.post(DEVICES).send(registration()).expect(503);
      expect(codes(early.body)).toEqual(['not-ready']);
      expect(Number(early.headers['retry-after'])).toBeGreaterThan(0);
      await api.request.get(CHANGES).query({ app: 'a.b' }).expect(503);
    } finally {
      setServices(api.strapi, api.services);
    }
  });

  /** Without a content-length header. */
  async function postChunked(body: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
      const request = http.request(`${api.url}${DEVICES}`, { method: 'POST', headers }, (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode!));
      });
      request.once('error', reject);
      for (let from = 0; from < body.length; from += 1_000) request.write(body.slice(from, from + 1_000));
      request.end();
    });
  }
});

const codes = (body: unknown): string[] =>
  (body as { error: { details: { errors: { code: string }[] } } }).error.details.errors.map(({ code }) => code);
