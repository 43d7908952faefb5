import { eachDatabase } from '../databases';
import { ARTICLE, AUTHOR, BUNDLE_ID, bootLibrary, fill, READ, triggerOf, type Library } from './library';
import { createPhone, type Answer, type Held } from './phone';

interface Change extends Held {
  rev: number;
  action: string;
}

type Query = Record<string, string | number>;

const urlOf = (path: string, query: Query) =>
  `/api/background-push/${path}?${new URLSearchParams(Object.entries({ app: BUNDLE_ID, ...query }).map(([name, value]) => [name, String(value)])).toString()}`;

eachDatabase((database) => {
  let library: Library;
  let epoch: string;
  let first: Awaited<ReturnType<typeof fill>>;

  beforeAll(async () => {
    library = await bootLibrary({
      database,
      triggers: [
        triggerOf(ARTICLE, {
          content: { fields: ['title'], populate: { seo: true, links: true } },
          related: ['author'],
        }),
      ],
      config: { content: { pageBytes: 1_024, relatedMax: 2 } },
    });
    first = await fill(library);
    await library.number();
    ({ epoch } = (await library.services.feed.position(BUNDLE_ID))!);
  });
  afterAll(() => library?.stop());

  const head = () => library.number();
  const changes = async (query: Query): Promise<Answer<Change>> => {
    const response = await library.request.get(urlOf('changes', { epoch, include: 'content', ...query })).expect(200);
    return response.body as Answer<Change>;
  };

  test('an entry that was edited often comes once, with its last change, as it is now', async () => {
    const since = await head();
    const { documentId } = first.first;
    for (const title of ['one', 'two', 'three']) {
      await library.documents(ARTICLE).update({ documentId, locale: 'en', data: { title }, status: 'published' });
    }
    const { data, meta } = await changes({ since, to: await head() });
    expect(
      data.map((change) => [change.documentId, change.locale, (change.content as { title: string }).title]),
    ).toEqual([[documentId, 'en', 'three']]);
    expect(meta).toMatchObject({ rev: await head(), more: false, reset: false, withheld: [] });
  });

  test('what is withdrawn is null, also where the change that names it says publish', async () => {
    const since = await head();
    const articles = library.documents(ARTICLE);
    const { documentId } = await articles.create({ data: { title: 'short-lived' }, locale: 'en', status: 'published' });
    const to = await head();
    await articles.delete({ documentId, locale: 'en' });
    expect((await changes({ since, to })).data).toMatchObject([{ documentId, action: 'publish', content: null }]);
    expect((await changes({ since })).data).toMatchObject([{ documentId, action: 'publish', content: null }]);
    await head();
    expect((await changes({ since })).data).toMatchObject([{ documentId, action: 'delete', content: null }]);
  });

  test('a page ends where its bytes do, and says that there is more', async () => {
    const since = await head();
    const articles = library.documents(ARTICLE);
    const made: string[] = [];
    for (let n = 0; n < 6; n++) {
      const data = { title: `${n}${'x'.repeat(200)}` };
      made.push((await articles.create({ data, locale: 'en', status: 'published' })).documentId);
    }
    const last = await head();
    const seen: (string | null)[] = [];
    let at = since;
    let pages = 0;
    for (let more = true; more; pages++) {
      const { data, meta } = await changes({ since: at });
      expect(data.length).toBeGreaterThan(0);
      expect(data.length).toBeLessThan(made.length);
      seen.push(...data.map(({ documentId }) => documentId));
      ({ rev: at, more } = meta);
    }
    expect(at).toBe(last);
    expect(pages).toBeGreaterThan(1);
    expect(seen).toEqual(made);
    for (const documentId of made) await articles.delete({ documentId, locale: '*' });
    await head();
  });

  test('an app of one language gets its own and what has none, tombstones included', async () => {
    const since = await head();
    const articles = library.documents(ARTICLE);
    const { documentId } = await articles.create({ data: { title: 'en' }, locale: 'en', status: 'published' });
    await articles.update({ documentId, locale: 'fr', data: { title: 'fr' }, status: 'published' });
    await articles.delete({ documentId, locale: 'fr' });
    const to = await head();
    const localesOf = ({ data }: Answer<Change>) => data.map(({ locale }) => locale);
    expect(localesOf(await changes({ since, to, locale: 'fr' }))).toEqual(['fr']);
    expect(localesOf(await changes({ since, to, locale: 'en,fr' }))).toEqual(['en', 'fr']);
    expect(localesOf(await changes({ since, to, contentType: AUTHOR }))).toEqual([]);
    const plain = (await library.request.get(urlOf('changes', { epoch, since, to, locale: 'fr' })).expect(200))
      .body as Answer<Change>;
    expect(plain.data.map(({ action, locale }) => [action, locale])).toEqual([
      ['publish', 'fr'],
      ['delete', 'fr'],
    ]);
    expect(plain.meta).toMatchObject({ rev: to, more: false });
  });

  test('of more entries than are told one by one, all of the type is to be fetched', async () => {
    const { documentId } = first.author;
    const articles = library.documents(ARTICLE);
    for (let n = 0; n < 3; n++) {
      await articles.create({ data: { title: `by Ada ${n}`, author: documentId }, locale: 'en', status: 'published' });
    }
    const phone = createPhone({ library, app: BUNDLE_ID });
    await phone.sync();
    const since = await head();
    await library.documents(AUTHOR).update({ documentId, data: { name: 'Ada L.' }, status: 'published' });
    const { data } = await changes({ since, to: await head() });
    expect(data).toEqual([
      expect.objectContaining({ contentType: ARTICLE, documentId: null, locale: null, action: 'refresh', path: null }),
    ]);
    expect(data[0]).not.toHaveProperty('content');
    const before = phone.requests.length;
    await phone.sync();
    const walked = phone.requests.slice(before);
    expect(
      walked
        .filter((url) => url.includes('snapshot'))
        .every((url) => url.includes(`type=${encodeURIComponent(ARTICLE)}`)),
    ).toBe(true);
  });

  test('what is shown again because its row is published past the Document Service is news', async () => {
    const authors = library.documents(AUTHOR);
    const { documentId, id } = (await authors.create({ data: { name: 'Grace' }, status: 'published' })) as {
      documentId: string;
      id?: unknown;
    };
    const { documentId: article } = await library
      .documents(ARTICLE)
      .create({ data: { title: 'by Grace', author: documentId }, locale: 'en', status: 'published' });
    const setPublished = async (publishedAt: Date | null) => {
      const since = await head();
      await library.strapi.db.query(AUTHOR).updateMany({ where: { id }, data: { publishedAt } });
      return (await changes({ since, to: await head() })).data.map((change) => change.documentId);
    };
    expect(await setPublished(null)).toEqual([article]);
    expect(await setPublished(new Date())).toEqual([article]);
  });

  test('an app whose scope is another one begins with a snapshot', async () => {
    const { meta } = await changes({ since: await head() });
    expect(meta.scope).toMatch(/^[\w-]+$/);
    const other = await library.request
      .get(urlOf('changes', { epoch, include: 'content', since: await head(), scope: 'another' }))
      .expect('Cache-Control', 'no-store')
      .expect(200);
    expect(other.body).toMatchObject({ data: [], meta: { reset: true, scope: meta.scope } });
  });

  test('many who ask for one page at once have it read once', async () => {
    const since = await head();
    await library.documents(ARTICLE).create({ data: { title: 'hot' }, locale: 'en', status: 'published' });
    const to = await head();
    let reads = 0;
    const stop = library.strapi.documents.use((context, next) => {
      if (context.action === 'findMany') reads += 1;
      return next();
    }) as unknown as () => void;
    const answers = await Promise.all(
      Array.from({ length: 40 }, () =>
        fetch(`${library.url}${urlOf('changes', { epoch, since, to, include: 'content' })}`),
      ),
    );
    const bodies = new Set(await Promise.all(answers.map((answer) => answer.text())));
    stop();
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect([...bodies]).toEqual([expect.stringContaining('"hot"')]);
    expect(reads).toBe(1);
    const etag = answers[0].headers.get('etag')!;
    await library.request
      .get(urlOf('changes', { epoch, since, to, include: 'content' }))
      .set('If-None-Match', etag)
      .expect(304);
  });

  describe('a snapshot', () => {
    const snapshot = (query: Query = {}) => library.request.get(urlOf('snapshot', query));

    test('is walked by a cursor that is good for this app and type alone', async () => {
      const { meta } = (await snapshot({ limit: 1 }).expect(200)).body as Answer<Held>;
      expect(meta).toMatchObject({ more: true, reset: false, rev: await head() });
      const cursor = meta.cursor!;
      await snapshot({ limit: 1, cursor }).expect(200);
      const refused = async (query: Query) =>
        (
          (await snapshot(query).expect(400)).body as { error: { details: { errors: { path: string[] }[] } } }
        ).error.details.errors.map(({ path }) => path.join('.'));
      expect(await refused({ cursor, type: ARTICLE })).toEqual(['cursor']);
      expect(await refused({ cursor: `${cursor}x` })).toEqual(['cursor']);
      expect(await refused({ cursor: 'e30' })).toEqual(['cursor']);
      expect(await refused({ type: AUTHOR })).toEqual(['type']);
      expect(await refused({ limit: 101 })).toEqual(['limit']);
      expect(await refused({ rev: 1_000_000 })).toEqual(['rev']);
      expect(await refused({ app: 'com.example.other' })).toEqual(['app']);
    });

    test('begins again when the log has begun anew meanwhile', async () => {
      const { meta } = (await snapshot({ limit: 1 }).expect(200)).body as Answer<Held>;
      const admin = await library.admin();
      const { data: apps } = await admin.call<{ data: { id: number }[] }>('GET', '/background-push/apps');
      await admin.call('POST', `/background-push/apps/${apps[0].id}/start-anew`, { epoch });
      // Another address: the one just asked for may be answered again for a second.
      const { body } = await snapshot({ limit: 2, cursor: meta.cursor! })
        .expect('Cache-Control', 'no-store')
        .expect(200);
      expect(body).toMatchObject({ data: [], meta: { reset: true, cursor: null } });
      ({ epoch } = (await library.services.feed.position(BUNDLE_ID))!);
    });

    test('may be kept by shared caches where anybody may read it', async () => {
      await snapshot({ limit: 2 }).expect('Cache-Control', 'public, max-age=0, s-maxage=300').expect(200);
    });
  });
});

test('an entry is never half of one edit and half of the next', async () => {
  const library = await bootLibrary({ database: 'postgres', triggers: [triggerOf(ARTICLE)], granted: READ });
  const articles = library.documents(ARTICLE);
  const body = (n: number) => ({
    title: `edit ${n}`,
    seo: { title: `edit ${n}` },
    links: [{ label: `edit ${n}` }, { label: `edit ${n}` }],
    blocks: [{ __component: 'block.hero', title: `edit ${n}` }],
  });
  const { documentId } = await articles.create({ data: body(0), locale: 'en', status: 'published' });
  await library.number();
  let isOver = false;
  const writer = (async () => {
    for (let n = 1; n <= 25; n++) {
      await articles.update({ documentId, locale: 'en', data: body(n), status: 'published' });
    }
    isOver = true;
  })();
  let read = 0;
  while (!isOver) {
    // A snapshot of one entry, under ever new names: nothing that is kept ready.
    const phone = createPhone({ library, app: BUNDLE_ID, limit: (read % 100) + 1 });
    const { data } = await phone.get<Held>('snapshot', { app: BUNDLE_ID, limit: (read++ % 100) + 1, rev: 0, n: read });
    const { title, seo, links, blocks } = data[0].content as Record<string, { title: string; label: string }[]> & {
      seo: { title: string };
    };
    const words = [title, seo.title, ...links.map(({ label }) => label), ...blocks.map((block) => block.title)];
    expect(new Set(words).size).toBe(1);
    expect(words).toHaveLength(5);
  }
  await writer;
  await library.stop();
  expect(read).toBeGreaterThan(5);
});
