import { createRequire } from 'node:module';
import type { Core } from '@strapi/strapi';
import Ajv from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { FEED_QUERY, SNAPSHOT_QUERY } from '../../../server/content-api/schemas';
import { newToken } from '../content-api/content-api';
import { ARTICLE, BUNDLE_ID, bootLibrary, fill, type Library } from './library';

interface Operation {
  parameters: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { content: { 'application/json': { schema: object } } };
  responses: Record<string, { content?: { 'application/json': { schema: object } } }>;
}
interface OpenApiDocument {
  paths: Record<string, Record<'get' | 'post' | 'put' | 'delete', Operation>>;
}

/** What `strapi openapi generate` runs once it has loaded an app. */
const { generate } = createRequire(require.resolve('@strapi/strapi/package.json'))('@strapi/openapi') as {
  generate(strapi: Core.Strapi, options: { type: 'content-api' }): { document: OpenApiDocument };
};

const API = '/api/background-push';

describe('what strapi openapi generate says of the content API', () => {
  let library: Library;
  let paths: OpenApiDocument['paths'];
  beforeAll(async () => {
    library = await bootLibrary();
    await library.grantPublic(['device.register', 'device.update']);
    await fill(library);
    await library.number();
    paths = generate(library.strapi, { type: 'content-api' }).document.paths;
  });
  afterAll(() => library?.stop());

  const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
  const operation = (method: 'get' | 'post' | 'put' | 'delete', path: string) =>
    paths[`/background-push/${path}`][method];
  /** In which ways a value is not what a schema says; null: in none. */
  const wrongness = (schema: object, value: unknown) =>
    ajv.validate(schema, value) ? null : ajv.errorsText(ajv.errors, { separator: '\n' });
  const answerSchema = (method: 'get' | 'post' | 'put', path: string) =>
    operation(method, path).responses['200'].content!['application/json'].schema;
  const bodySchema = (method: 'post' | 'put', path: string) =>
    operation(method, path).requestBody!.content['application/json'].schema;

  const registration = (fields: object = {}) => ({
    app: BUNDLE_ID,
    environment: 'production',
    token: newToken(),
    ...fields,
  });
  const register = (body: object) => library.request.post(`${API}/devices`).send(body);
  const get = async (path: string, query: Record<string, string | number>) =>
    (
      await library.request
        .get(`${API}/${path}`)
        .query({ app: BUNDLE_ID, ...query })
        .expect(200)
    ).body as {
      data: unknown[];
      meta: { epoch: string; rev: number; cursor?: string | null; reset: boolean };
    };

  test('names every path, and no other', () => {
    const ours = Object.entries(paths).filter(([path]) => path.startsWith('/background-push'));
    expect(ours.map(([path, methods]) => `${Object.keys(methods).join()} ${path}`)).toEqual([
      'post /background-push/devices',
      'put,delete /background-push/devices/{id}',
      'get /background-push/changes',
      'get /background-push/snapshot',
    ]);
  });

  test('is true of a registration’s answer, and of an update’s', async () => {
    const registered = await register(registration()).expect(201);
    expect(wrongness(answerSchema('post', 'devices'), registered.body)).toBeNull();
    const { id, secret, epoch, rev } = (registered.body as { data: Record<string, string> }).data;
    const updated = await library.request
      .put(`${API}/devices/${id}`)
      .set('x-device-secret', secret)
      .send({ epoch, rev, backgroundRefresh: 'available' })
      .expect(200);
    expect(wrongness(answerSchema('put', 'devices/{id}'), updated.body)).toBeNull();
  });

  test('is true of every kind of page of the feed', async () => {
    const schema = answerSchema('get', 'changes');
    const head = await get('changes', {});
    const { epoch, rev } = head.meta;
    const pages = [
      head,
      await get('changes', { epoch, since: 0 }),
      await get('changes', { epoch, since: 0, to: rev, limit: 2 }),
      await get('changes', { epoch, since: rev, to: rev }),
      await get('changes', { epoch: 'another', since: 0 }),
      await get('changes', { epoch, since: 0, include: 'content' }),
      await get('changes', { epoch, since: 0, include: 'content', locale: 'en', contentType: ARTICLE }),
      await get('changes', { epoch, since: 0, include: 'content', scope: 'another' }),
    ];
    for (const page of pages) expect(wrongness(schema, page)).toBeNull();
    expect(pages.some(({ data }) => data.length > 0)).toBe(true);
    expect(pages.some(({ meta }) => meta.reset)).toBe(true);
  });

  test('is true of every page of a snapshot', async () => {
    const schema = answerSchema('get', 'snapshot');
    let cursor: string | null | undefined;
    let pages = 0;
    do {
      const page = await get('snapshot', { limit: 2, ...(cursor ? { cursor } : {}) });
      expect(wrongness(schema, page)).toBeNull();
      ({ cursor } = page.meta);
      pages += 1;
    } while (cursor);
    expect(pages).toBeGreaterThan(2);
  });

  test('would not be true of an answer with one more, one less or another kind of field', async () => {
    const schema = answerSchema('get', 'changes');
    const page = (await get('changes', { epoch: (await get('changes', {})).meta.epoch, since: 0 })) as object & {
      data: object[];
    };
    const [first, ...rest] = page.data;
    for (const wrong of [{ ...first, secret: 'x' }, { ...first, rev: '1' }, { ...first, at: 'today' }, {}]) {
      expect(wrongness(schema, { ...page, data: [wrong, ...rest] })).not.toBeNull();
    }
  });

  test('names the parameters that are read, and no other', () => {
    const named = (path: string) => operation('get', path).parameters.map(({ name }) => name);
    expect(named('changes')).toEqual(Object.keys(FEED_QUERY.shape));
    expect(named('snapshot')).toEqual(Object.keys(SNAPSHOT_QUERY.shape));
  });

  test.each([
    ['locale', { locale: 7 }],
    ['environment', { environment: 'staging' }],
    ['tags', { tags: ['with space'] }],
    ['tags', { tags: Array.from({ length: 33 }, (_, n) => `tag${n}`) }],
    ['backgroundRefresh', { backgroundRefresh: 'off' }],
    ['rev', { rev: -1, epoch: 'e' }],
    ['platform', { platform: 'ios' }],
    ['token', { token: undefined }],
  ])('refuses a body for the field %s as the API does', async (_, fields) => {
    const body = registration(fields);
    expect(wrongness(bodySchema('post', 'devices'), JSON.parse(JSON.stringify(body)))).not.toBeNull();
    await register(body).expect(400);
  });

  test('takes every body that the API takes', async () => {
    for (const fields of [{}, { locale: null }, { locale: 'pt-BR', tags: ['news'] }, { rev: 3, epoch: 'e' }]) {
      const body = registration(fields);
      expect(wrongness(bodySchema('post', 'devices'), body)).toBeNull();
      await register(body).expect(201);
    }
    for (const body of [
      {},
      { token: newToken() },
      { rev: 3, epoch: 'e', wokenBy: 3 },
      { backgroundRefresh: 'denied' },
    ]) {
      expect(wrongness(bodySchema('put', 'devices/{id}'), body)).toBeNull();
    }
  });
});
