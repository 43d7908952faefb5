import type { PushAbout } from '../../../server/admin-api/contract';
import { TABLES, type AppRow, type ChangeRow } from '../../../server/store/tables';
import { eachDatabase } from '../databases';
import { pushRow, startScene, type Scene } from '../scene';

const ARTICLE = 'api::article.article';

eachDatabase((database) => {
  describe('what a push tells of', () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await startScene({ database });
    });
    afterAll(() => scene.stop());
    afterEach(() => scene.reset());

    const everyone = () => true;

    async function aboutOf(id: number, may = everyone): Promise<PushAbout> {
      return (await scene.services.overview.push(id, may))!.about;
    }

    /** Changes that are numbered already, as one push announces them. */
    async function announced(changes: Partial<ChangeRow>[], fields = {}): Promise<number> {
      const { knex } = scene.services.store;
      const { id: laneId, app_id: appId } = await scene.lane('sandbox');
      const { head } = (await knex<AppRow>(TABLES.apps).where({ id: appId }).first('head'))!;
      const since = Number(head);
      const rows = changes.map((change, at) => ({
        app_id: appId,
        rev: since + at + 1,
        content_type: ARTICLE,
        document_id: `entry${at}`,
        action: 'publish',
        wakes: 1,
        audience: 'all',
        at: 1,
        ...change,
      }));
      for (let at = 0; at < rows.length; at += 50) await knex(TABLES.changes).insert(rows.slice(at, at + 50));
      const rev = since + changes.length;
      await knex<AppRow>(TABLES.apps).where({ id: appId }).update({ head: rev });
      await knex(TABLES.lanes).where({ app_id: appId }).update({ announced: rev, handled: rev });
      const ended = { state: 'finished' as const, ended: 'done' as const, finished_at: 1 };
      await knex(TABLES.pushes).insert(pushRow(laneId, 1, { since, rev, ...ended, ...fields }));
      const { id } = (await knex(TABLES.pushes).orderBy('id', 'desc').first('id')) as { id: number };
      return id;
    }

    it('is the entry that was published, by its title, and nobody else’s business', async () => {
      await scene.addDevices(1);
      const documentId = await scene.publish('Hello, every device');
      const { id } = await scene.finished(1);
      const first = { contentType: ARTICLE, name: 'Article', gone: false, action: 'publish', locale: 'en', documentId };
      expect(await aboutOf(id)).toEqual({
        changes: 1,
        entries: 1,
        sameType: true,
        refresh: false,
        kept: true,
        first: [{ ...first, title: 'Hello, every device' }],
      });
      expect((await aboutOf(id, () => false)).first).toEqual([{ ...first, title: null }]);
      expect((await scene.services.overview.push(id))!.about.first).toEqual([{ ...first, title: null }]);
    });

    it('counts an entry once, names at most three, and those that woke first', async () => {
      const changes = ['a', 'a', 'b', 'c', 'd'].map((document_id) => ({ document_id }));
      const about = await aboutOf(await announced([...changes, { document_id: 'quiet', wakes: 0 as const }]));
      expect(about).toMatchObject({ changes: 6, entries: 5, sameType: true, kept: true });
      expect(about.first.map(({ documentId, gone }) => [documentId, gone])).toEqual([
        ['d', true],
        ['c', true],
        ['b', true],
      ]);
    });

    it('says of many types that they are several, and of a whole type that it names no entry', async () => {
      const about = await aboutOf(
        await announced([{}, { content_type: 'api::page.page', document_id: null, action: 'refresh' }]),
      );
      expect(about).toMatchObject({ entries: 2, sameType: false, refresh: false });
      expect(about.first[0]).toMatchObject({ name: 'Page', documentId: null, title: null, gone: false });
    });

    it('is everything where everything is to be fetched', async () => {
      const refresh = { content_type: null, document_id: null, action: 'refresh' as const };
      expect(await aboutOf(await announced([refresh]))).toMatchObject({ refresh: true, first: [] });
      const long = Array.from({ length: 60 }, () => ({}));
      const payload = JSON.stringify({ content: { refresh: 'all' } });
      expect(await aboutOf(await announced([refresh, ...long], { payload }))).toMatchObject({ refresh: true });
    });

    it('reads a few changes of a hundred thousand, in one statement for a page of pushes', async () => {
      const id = await announced(Array.from({ length: 60 }, () => ({})));
      await scene.services.store.knex(TABLES.pushes).where({ id }).update({ since: -100_000 });
      await announced([{}]);
      const statements: string[] = [];
      const note = ({ sql }: { sql: string }) => void statements.push(sql);
      scene.services.store.knex.on('query', note);
      const { pushes } = await scene.services.overview.pushes({ page: 1, pageSize: 20 }, everyone);
      scene.services.store.knex.off('query', note);
      const about = pushes.find((push) => push.id === id)?.about;
      expect(about).toMatchObject({ entries: null, sameType: false, kept: true });
      expect(about?.changes).toBeGreaterThan(100_000);
      expect(statements.filter((sql) => sql.includes(TABLES.changes) && !sql.includes('min('))).toHaveLength(1);
    });

    it('says that retention took the changes', async () => {
      const id = await announced([{ document_id: 'old' }, { document_id: 'new' }]);
      await scene.services.store.knex(TABLES.changes).where({ document_id: 'old' }).delete();
      expect(await aboutOf(id)).toMatchObject({
        changes: 2,
        entries: null,
        kept: false,
        first: [{ documentId: 'new' }],
      });
      await scene.services.store.knex(TABLES.changes).where({ document_id: 'new' }).delete();
      expect(await aboutOf(id)).toMatchObject({ changes: 2, kept: false, first: [] });
    });
  });
});
