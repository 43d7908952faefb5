import type { PublishChoice } from '../../../server/admin-api/contract';
import { TABLES, type ChangeRow, type PushRow } from '../../../server/store/tables';
import { ARTICLE, AUTHOR, shelvesOf, type Documents } from '../content/library';
import { eachDatabase } from '../databases';
import { BUNDLE_ID, startScene, type Scene } from '../scene';
import { LIBRARY } from '../test-app';
import { until } from '../../until';

/** Longer than any test waits: what leaves does so because somebody wanted it at once. */
const QUIET_MS = 600_000;

eachDatabase((database) => {
  describe('what an editor chooses beside Publish of an entry that others show', () => {
    let scene: Scene;
    let articles: Documents;
    let authors: Documents;
    beforeAll(async () => {
      scene = await startScene({
        database,
        app: LIBRARY,
        config: {
          coalesce: { quietMs: QUIET_MS, maxWaitMs: QUIET_MS, pushesPerHour: { production: 0, sandbox: 0 } },
          triggers: [
            {
              name: 'articles',
              contentType: ARTICLE,
              apps: [BUNDLE_ID],
              content: true,
              related: ['author', 'author.mentor', 'seo.reviewer'],
              relatedWakes: true,
            },
            { name: 'authors', contentType: AUTHOR, apps: [BUNDLE_ID] },
          ],
        },
      });
      const shelves = shelvesOf(scene.booted.strapi);
      articles = shelves.documents(ARTICLE);
      authors = shelves.documents(AUTHOR);
    });
    afterAll(() => scene.stop());
    afterEach(() => scene.reset());

    const create = async (documents: Documents, data: object) =>
      (await documents.create({ status: 'published', data })).documentId;
    const changes = () => scene.services.store.knex<ChangeRow>(TABLES.changes);
    const newest = async (documentId: string) =>
      (await changes().where({ document_id: documentId }).orderBy('id', 'desc').first()) as ChangeRow | undefined;
    const waking = async () =>
      changes()
        .where({ wakes: 1 })
        .where('rev', '>', (await scene.lane()).handled);

    /** What the log says of each entry once an act has been numbered. */
    async function logged(act: () => Promise<unknown>, ...documentIds: string[]): Promise<ChangeRow[]> {
      const last = (await changes().orderBy('id', 'desc').first('id')) as Pick<ChangeRow, 'id'>;
      await act();
      return Promise.all(
        documentIds.map((documentId) =>
          until(
            async () => {
              const row = await newest(documentId);
              return row !== undefined && row.id > last.id && row.rev !== null && row;
            },
            { within: 20_000, what: 'the number of a change' },
          ),
        ),
      );
    }

    /** Publishes an author again as the panel does it. */
    async function publish(documentId: string, choice?: PublishChoice): Promise<void> {
      const query = choice === undefined ? '' : `?backgroundPush=${choice}`;
      const path = `/content-manager/collection-types/${AUTHOR}/${documentId}/actions/publish${query}`;
      await (await scene.booted.admin()).call('POST', path, { name: `named anew, ${choice}` });
    }

    /** Ends what waits, so that a test begins with nothing. */
    async function sendWaiting(): Promise<PushRow> {
      const before = (await scene.pushes()).length;
      await scene.services.control.sendNow((await scene.lane()).id, 'the test');
      await scene.finished(before + 1);
      return (await scene.pushes())[before];
    }

    const WAYS: [string, (author: string) => Promise<object>][] = [
      ['author', (author) => Promise.resolve({ author })],
      ['seo.reviewer', (reviewer) => Promise.resolve({ seo: { title: 'Seo', reviewer } })],
      ['author.mentor', async (mentor) => ({ author: await create(authors, { name: 'pupil', mentor }) })],
    ];

    /** A device, and an article that shows an author, of both of which it was told. */
    async function setUp(show: (author: string) => Promise<object>) {
      const [token] = await scene.addDevices(1);
      const author = await create(authors, { name: 'Ada' });
      const article = await create(articles, { title: 'Hello', ...(await show(author)) });
      await logged(() => publish(author), author, article);
      await sendWaiting();
      scene.simulators.production.clear();
      return { token, author, article };
    }

    it.each(WAYS)('wakes nobody by what shows it as %s when it is published without a push', async (_, show) => {
      const { author, article } = await setUp(show);
      const quiet = await logged(() => publish(author, 'without'), author, article);
      expect(quiet).toMatchObject([
        { wakes: 0, choice: 'without' },
        { wakes: 0, choice: null },
      ]);
      expect(await waking()).toEqual([]);
      expect(scene.simulators.production.log).toEqual([]);
      const loud = await logged(() => publish(author), author, article);
      expect(loud).toMatchObject([{ wakes: 1 }, { wakes: 1 }]);
      // What was quiet rides along.
      expect(await sendWaiting()).toMatchObject({ since: Math.min(...quiet.map(({ rev }) => Number(rev))) - 1 });
    });

    it.each(WAYS)('tells at once of what shows it as %s when it is to be sent now', async (_, show) => {
      const { token, author, article } = await setUp(show);
      const before = (await scene.pushes()).length;
      const rows = await logged(() => publish(author, 'now'), author, article);
      expect(rows).toMatchObject([
        { wakes: 1, choice: 'now' },
        { wakes: 1, choice: null },
      ]);
      const push = await scene.finished(before + 1);
      expect(push).toMatchObject({ hurry: 'now', rev: Math.max(...rows.map(({ rev }) => Number(rev))) });
      expect([...scene.simulators.production.accepted()]).toEqual([[token, 1]]);
      for (const documentId of [author, article]) expect(JSON.stringify(push.payload)).toContain(documentId);
    });
  });
});
