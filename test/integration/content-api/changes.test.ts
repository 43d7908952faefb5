import { collectChanges, type FeedChange, type FeedMeta } from '../../../server/feed';
import { TABLES, type AppRow, type ChangeRow } from '../../../server/store/tables';
import { eachDatabase } from '../databases';
import { bootContentApi, BUNDLE_ID, namedFields, NOTE, type ContentApi } from './content-api';

const CHANGES = '/api/background-push/changes';

interface Page {
  data: FeedChange[];
  meta: FeedMeta;
}

eachDatabase((database) => {
  let api: ContentApi;
  let epoch: string;
  let head: number;
  beforeAll(async () => {
    api = await bootContentApi({ database });
    head = await api.publishNotes(7);
    epoch = (await app()).epoch;
  });
  afterAll(() => api.stop());

  const app = async () => (await api.services.store.knex<AppRow>(TABLES.apps).where({ bundle_id: BUNDLE_ID }).first())!;
  const setApp = (columns: Partial<AppRow>) =>
    api.services.store.knex<AppRow>(TABLES.apps).where({ bundle_id: BUNDLE_ID }).update(columns);
  const get = (query: Record<string, unknown> = {}) => api.request.get(CHANGES).query({ app: BUNDLE_ID, ...query });
  const read = async (query: Record<string, unknown> = {}) => (await get(query).expect(200)).body as Page;

  it('a first start learns the head and nothing else', async () => {
    expect(await read()).toEqual({ data: [], meta: { epoch, rev: head, since: null, more: false, reset: false } });
    expect(await read({ epoch })).toMatchObject({ data: [], meta: { rev: head, reset: false } });
  });

  it('a reader gets what came after its revision, oldest first', async () => {
    const { data, meta } = await read({ epoch, since: head - 3 });
    expect(meta).toEqual({ epoch, rev: head, since: head - 3, more: false, reset: false });
    expect(data.map(({ rev }) => rev)).toEqual([head - 2, head - 1, head]);
    for (const change of data) {
      expect(Object.keys(change)).toEqual(['rev', 'contentType', 'documentId', 'locale', 'action', 'at', 'path']);
      expect(change).toMatchObject({ contentType: NOTE, locale: null, action: 'publish' });
      expect(change.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(change.path).toBe(`/api/notes/${change.documentId}`);
      expect(Math.abs(Date.parse(change.at) - Date.now())).toBeLessThan(600_000);
    }
  });

  it('a reader at the head gets nothing', async () => {
    expect(await read({ epoch, since: head })).toMatchObject({ data: [], meta: { rev: head, more: false } });
  });

  it('pages lead through the log without a gap and without a change twice', async () => {
    const revs: number[] = [];
    let since = head - 7;
    for (;;) {
      const { data, meta } = await read({ epoch, since, limit: 3 });
      expect(data.length).toBeLessThanOrEqual(3);
      expect(meta.rev).toBe(data.at(-1)!.rev);
      revs.push(...data.map(({ rev }) => rev));
      since = meta.rev;
      if (!meta.more) break;
    }
    expect(revs).toEqual(Array.from({ length: 7 }, (_, n) => head - 6 + n));
  });

  it('`to` ends the answer where the push said, and makes it immutable', async () => {
    const response = await get({ epoch, since: head - 5, to: head - 2 }).expect(200);
    expect(response.headers['cache-control']).toBe('public, max-age=86400, immutable');
    const before = response.body as Page;
    expect(before.meta).toEqual({ epoch, rev: head - 2, since: head - 5, more: false, reset: false });
    const later = head;
    head = await api.publishNotes(1);
    expect(head).toBe(later + 1);
    expect(await read({ epoch, since: later - 5, to: later - 2 })).toEqual(before);
  });

  it('`to` in several pages says after each what the app may store', async () => {
    const first = await read({ epoch, since: head - 6, to: head - 1, limit: 3 });
    expect(first.meta).toMatchObject({ rev: head - 3, more: true });
    const second = await read({ epoch, since: first.meta.rev, to: head - 1, limit: 3 });
    expect(second.meta).toMatchObject({ rev: head - 1, more: false });
  });

  it('`to` where the reader is already is an empty answer', async () => {
    expect(await read({ epoch, since: head, to: head })).toMatchObject({ data: [], meta: { rev: head, reset: false } });
  });

  it('`to` ahead of the log is a wrong request that nobody keeps', async () => {
    const response = await get({ epoch, since: head, to: head + 1 }).expect(400);
    expect(response.headers['cache-control']).toBe('no-store');
    expect(namedFields(response.body)).toEqual(['to']);
  });

  it('without `to` an answer is asked for again each time, and 304 while nothing changed', async () => {
    for (const query of [{}, { epoch, since: head - 2 }, { epoch, since: head }]) {
      const first = await get(query).expect(200);
      expect(first.headers['cache-control']).toBe('no-cache');
      const again = await get(query).set('if-none-match', first.headers.etag).expect(304);
      expect(again.text).toBe('');
      expect(again.headers.etag).toBe(first.headers.etag);
    }
    const { etag } = (await get({ epoch, since: head }).expect(200)).headers;
    head = await api.publishNotes(1);
    await get({ epoch, since: head - 1 })
      .set('if-none-match', etag)
      .expect(200);
  });

  it('a page that stops being the last has another ETag', async () => {
    const query = { epoch, since: head - 2, limit: 2 };
    const last = await get(query).expect(200);
    head = await api.publishNotes(1);
    const notLast = await get(query).set('if-none-match', last.headers.etag).expect(200);
    expect((last.body as Page).meta.more).toBe(false);
    expect((notLast.body as Page).meta.more).toBe(true);
  });

  describe('a reader starts over', () => {
    const expectReset = async (query: Record<string, unknown>) => {
      const response = await get(query).expect(200);
      expect(response.headers['cache-control']).toBe('no-store');
      expect(response.headers.etag).toBeUndefined();
      const { data, meta } = response.body as Page;
      expect(data).toEqual([]);
      expect(meta).toMatchObject({ epoch: (await app()).epoch, rev: head, more: false, reset: true });
    };

    it('when its epoch is another', async () => {
      await expectReset({ epoch: 'another', since: 1 });
      await expectReset({ epoch: 'another', since: 1, to: 2 });
      await expectReset({ epoch: 'another' });
    });

    it('when it is ahead of the log', async () => {
      await expectReset({ epoch, since: head + 1 });
      await expectReset({ epoch, since: head + 1, to: head + 2 });
      await expectReset({ epoch, since: '999999999999999' });
    });

    it('when it is below the floor, and not at it', async () => {
      await setApp({ floor: head - 2 });
      try {
        await expectReset({ epoch, since: head - 3 });
        expect((await read({ epoch, since: head - 2 })).data).toHaveLength(2);
      } finally {
        await setApp({ floor: 0 });
      }
    });

    it('when the log lost a change that it needs', async () => {
      const { knex } = api.services.store;
      const { id: appId } = await app();
      const lost = (await knex<ChangeRow>(TABLES.changes)
        .where({ app_id: appId, rev: head - 1 })
        .first())!;
      await knex(TABLES.changes).where({ id: lost.id }).delete();
      try {
        await expectReset({ epoch, since: head - 3 });
        expect((await read({ epoch, since: head - 1 })).data).toHaveLength(1);
      } finally {
        await knex(TABLES.changes).insert(lost);
      }
    });
  });

  it('a wrong query is refused by the name of its field', async () => {
    const refused = async (query: Record<string, unknown>) => namedFields((await get(query).expect(400)).body);
    expect(await refused({ app: 'com.example.other' })).toEqual(['app']);
    expect(await refused({ app: BUNDLE_ID.toUpperCase() })).toEqual(['app']);
    expect(await refused({ since: 1 })).toEqual(['epoch']);
    expect(await refused({ epoch, since: 'x' })).toEqual(['since']);
    expect(await refused({ epoch, to: 1 })).toEqual(['since']);
    expect(await refused({ epoch, since: 3, to: 2 })).toEqual(['to']);
    expect(await refused({ limit: 1_001 })).toEqual(['limit']);
    expect(await refused({ limit: [1, 2] })).toEqual(['limit']);
  });

  describe('what a push is told of the log', () => {
    /** An app of its own: nothing else is in its log. */
    const APP_ID = 999_999;
    const knex = () => api.services.store.knex;
    const collect = (since: number, rev: number) => collectChanges({ knex: knex() }, APP_ID, since, rev);

    /** Fills the log from revision 1 on. */
    async function fill(changes: readonly Partial<ChangeRow>[]): Promise<void> {
      const rows = changes.map((change, n) => ({
        app_id: APP_ID,
        rev: n + 1,
        content_type: NOTE,
        document_id: 'one',
        locale: null,
        action: 'publish' as const,
        wakes: 1 as const,
        audience: 'all' as const,
        at: 1,
        ...change,
      }));
      for (let from = 0; from < rows.length; from += 100) {
        await knex()<ChangeRow>(TABLES.changes).insert(rows.slice(from, from + 100));
      }
    }
    afterEach(() => knex()(TABLES.changes).where({ app_id: APP_ID }).delete());

    it('is the last action of each entry in the range, in the order of the log', async () => {
      await fill([
        { document_id: 'before' },
        { document_id: 'a', locale: 'en' },
        { document_id: 'b' },
        { document_id: 'a', locale: 'de' },
        { document_id: 'a', locale: 'en', action: 'delete' },
        { document_id: 'after' },
      ]);
      expect(await collect(1, 5)).toEqual({
        rung: 'changes',
        changes: [
          [NOTE, 'b', null, 'publish'],
          [NOTE, 'a', 'de', 'publish'],
          [NOTE, 'a', 'en', 'delete'],
        ],
      });
      expect(await collect(6, 6)).toEqual({ rung: 'changes', changes: [] });
    });

    it('is every entry, however often it changed', async () => {
      await fill(Array.from({ length: 2_500 }, (_, n) => ({ document_id: `document ${n % 5}` })));
      const summary = await collect(0, 2_500);
      expect(summary.rung === 'changes' && summary.changes.map(([, document]) => document)).toEqual(
        [0, 1, 2, 3, 4].map((n) => `document ${n}`),
      );
    });

    it('is only content types, once there are more entries than fit', async () => {
      await fill(
        Array.from({ length: 1_500 }, (_, n) => ({ document_id: `${n}`, content_type: `api::type-${n % 3}.one` })),
      );
      expect(await collect(0, 1_500)).toMatchObject({ rung: 'types' });
      const summary = await collect(0, 1_500);
      expect(summary.rung === 'types' && [...summary.types].sort()).toEqual([0, 1, 2].map((n) => `api::type-${n}.one`));
    });

    it('is `refresh` when the range holds one, wherever it is', async () => {
      const refresh = { content_type: null, document_id: null, action: 'refresh' as const };
      await fill([{}, refresh, {}, ...Array.from({ length: 1_500 }, (_, n) => ({ document_id: `${n}` }))]);
      expect(await collect(0, 3)).toEqual({ rung: 'refresh' });
      expect(await collect(0, 1_503)).toEqual({ rung: 'refresh' });
      expect(await collect(2, 3)).toMatchObject({ rung: 'changes' });
    });
  });
});
