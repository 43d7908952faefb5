import http from 'node:http';
import { setServices } from '../../../server/services';
import { TABLES } from '../../../server/store/tables';
import { bootContentApi, namedFields, registration, type ContentApi } from './content-api';

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

  it('is told when no more devices are taken, until there is room again', async () => {
    const devices = [await api.register(), await api.register(), await api.register()];
    const body = registration();
    const refused = await api.request.post(DEVICES).send(body).expect(400);
    expect(namedFields(refused.body)).toEqual(['token']);
    // A device that is known already takes no room.
    const [first] = await api.devices();
    await api.register({ token: first.token });
    await api.request.delete(`${DEVICES}/${devices[2].id}`).set('x-device-secret', devices[2].secret).expect(204);
    await api.request.post(DEVICES).send(body).expect(201);
  });

  it('that comes while the plugin starts or stops is asked to come again', async () => {
    setServices(api.strapi, null);
    try {
      await api.request.post(DEVICES).send(registration()).expect(503);
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
