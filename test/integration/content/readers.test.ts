import { servicesOf } from '../services-of';
import {
  ARTICLE,
  AUTHOR,
  BUNDLE_ID,
  bootLibrary,
  CATEGORY,
  fill,
  HOMEPAGE,
  PLANTED,
  TYPES,
  type Library,
} from './library';
import { createPhone, type Answer, type Held } from './phone';
import { published, readRest } from './rest';

/** Who asks, and what of the library it may read. */
const READERS: Record<string, { sees: readonly string[]; token: (library: Library) => Promise<string | null> }> = {
  everybody: { sees: [ARTICLE, HOMEPAGE], token: async () => null },
  'a token for articles alone': {
    sees: [ARTICLE],
    token: (library) => apiToken(library, 'custom', [`${ARTICLE}.find`, `${ARTICLE}.findOne`]),
  },
  'a read-only token': { sees: TYPES, token: (library) => apiToken(library, 'read-only') },
  'a token for everything': { sees: TYPES, token: (library) => apiToken(library, 'full-access') },
  'a user who signed in': { sees: [AUTHOR, CATEGORY], token: userToken },
};

const PLUGIN = ['plugin::background-push.changes.find', 'plugin::background-push.snapshot.find'];

let tokens = 0;

async function apiToken(library: Library, type: string, permissions?: string[]): Promise<string> {
  const admin = await library.admin();
  const allowed = permissions && [...permissions, ...PLUGIN];
  const body = { name: `${type} ${++tokens}`, description: '', type, lifespan: null, permissions: allowed };
  const { data } = await admin.call<{ data: { accessKey: string } }>('POST', '/admin/api-tokens', body);
  return data.accessKey;
}

async function userToken(library: Library): Promise<string> {
  const { db } = library.strapi;
  const role = (await db.query('plugin::users-permissions.role').findOne({ where: { type: 'authenticated' } })) as {
    id: number;
  };
  const actions = [AUTHOR, CATEGORY].flatMap((uid) => [`${uid}.find`, `${uid}.findOne`]);
  for (const action of [...actions, ...PLUGIN]) {
    await db.query('plugin::users-permissions.permission').create({ data: { action, role: role.id } });
  }
  const user = { username: 'reader', email: 'reader@example.com', password: 'a-long-password-1' };
  const response = await library.request.post('/api/auth/local/register').send(user).expect(200);
  return (response.body as { jwt: string }).jwt;
}

describe('what a reader gets', () => {
  let library: Library;
  beforeAll(async () => {
    library = await bootLibrary({
      granted: [`${ARTICLE}.find`, `${ARTICLE}.findOne`, `${HOMEPAGE}.find`],
    });
    await fill(library);
    await library.number();
  });
  afterAll(() => library?.stop());

  test.each(Object.entries(READERS))(
    '%s: what the REST API answers it, and nothing of other types',
    async (_, reader) => {
      const token = await reader.token(library);
      const phone = createPhone({ library, app: BUNDLE_ID, token });
      await phone.sync();
      const held = [...phone.held.values()];
      expect([...new Set(held.map(({ contentType }) => contentType))].sort()).toEqual([...reader.sees].sort());
      const rows = await published(library, reader.sees);
      expect(held).toHaveLength(rows.length);
      for (const row of rows) {
        const key = JSON.stringify([row.contentType, row.documentId, row.locale]);
        expect(phone.held.get(key)?.content).toEqual(await readRest(library, row, { token }));
      }
      const { meta } = await phone.get<Held>('snapshot', { app: BUNDLE_ID });
      expect(meta.withheld.sort()).toEqual(TYPES.filter((uid) => !reader.sees.includes(uid)).sort());
      const all = JSON.stringify(held);
      for (const word of [...PLANTED, 'Only a draft', 'Never shown']) expect(all).not.toContain(word);
    },
  );

  test('a change of what it may not read tells that there is one, without content', async () => {
    const phone = createPhone({ library, app: BUNDLE_ID });
    await phone.sync();
    const { epoch, rev, scope } = phone.position()!;
    await library.documents(CATEGORY).create({ data: { name: 'Hidden category' } });
    await library.number();
    const query = { app: BUNDLE_ID, epoch, since: rev, scope, include: 'content' };
    const { data } = await phone.get<Held>('changes', query);
    expect(data).toHaveLength(1);
    expect(data[0]).not.toHaveProperty('content');
    expect(JSON.stringify(data)).not.toContain('Hidden category');
  });

  test('nobody known gets no content, wherever the operator opened a route', async () => {
    const { content } = servicesOf(library.strapi);
    const nobody = { auth: undefined, isPublic: true, admit: () => 0 };
    expect(await content.snapshot({ app: BUNDLE_ID, limit: 10 }, nobody)).toEqual({ kind: 'forbidden' });
    expect(await content.changes({ app: BUNDLE_ID }, nobody)).toEqual({ kind: 'forbidden' });
  });

  test('what a token was let see is kept by no shared cache', async () => {
    const token = await apiToken(library, 'custom', [`${ARTICLE}.find`, `${ARTICLE}.findOne`]);
    for (const path of ['snapshot?', 'changes?include=content&']) {
      await library.request
        .get(`/api/background-push/${path}app=${BUNDLE_ID}`)
        .set('authorization', `Bearer ${token}`)
        .expect('Cache-Control', 'private, no-cache')
        .expect('Vary', /Authorization/)
        .expect(200);
    }
  });

  test('a permission that is taken away begins everything anew for whom it concerns', async () => {
    const phone = createPhone({ library, app: BUNDLE_ID });
    await phone.sync();
    expect([...phone.held.values()].some(({ contentType }) => contentType === HOMEPAGE)).toBe(true);
    const { db } = library.strapi;
    const permission = { where: { action: `${HOMEPAGE}.find` } };
    await db.query('plugin::users-permissions.permission').deleteMany(permission);
    await phone.sync();
    expect([...phone.held.values()].some(({ contentType }) => contentType === HOMEPAGE)).toBe(false);
    // An address that nobody asked: what is public is answered again for a second.
    const { meta }: Answer<Held> = await phone.get('snapshot', { app: BUNDLE_ID, limit: 7 });
    expect(meta.withheld).toContain(HOMEPAGE);
  });
});
