import { TABLES, type ChangeRow, type LaneRow } from '../../../server/store/tables';
import { hireClerk, type Clerk } from '../admin-api/admin-scene';
import { callStrapi } from '../admin-session';
import { eachDatabase } from '../databases';
import { startScene, type Scene } from '../scene';
import { until } from '../../until';

const ARTICLE = 'api::article.article';
const PAGE = 'api::page.page';
const PUBLISH = `/content-manager/collection-types/${ARTICLE}/actions/publish`;

/** Longer than any test waits: what leaves does so because somebody wanted it at once. */
const QUIET_MS = 600_000;

eachDatabase((database) => {
  describe('what an editor chooses beside Publish', () => {
    let scene: Scene;
    let clerk: Clerk;
    beforeAll(async () => {
      scene = await startScene({
        database,
        config: {
          coalesce: { quietMs: QUIET_MS, maxWaitMs: QUIET_MS, pushesPerHour: { production: 0, sandbox: 0 } },
          triggers: [
            { name: 'articles', contentType: ARTICLE, apps: ['com.example.news'] },
            // Logged, but wakes nobody.
            { name: 'pages', contentType: PAGE, wakeOn: [], apps: ['com.example.news'] },
          ],
        },
      });
      const superAdmin = await scene.booted.admin();
      clerk = await hireClerk({ booted: scene.booted, superAdmin });
    });
    afterAll(() => scene.stop());
    afterEach(() => scene.reset());

    const changes = () => scene.services.store.knex<ChangeRow>(TABLES.changes).orderBy('id') as Promise<ChangeRow[]>;
    const production = () => scene.simulators.production;

    /** As the panel does it. */
    async function publish(choice: string, token?: string, path = PUBLISH): Promise<{ documentId: string }> {
      const answer = await callStrapi<{ data: { documentId: string } }>(
        scene.booted.url,
        'POST',
        `${path}?backgroundPush=${choice}`,
        { token: token ?? (await scene.booted.adminToken()), body: { title: 'Hello' } },
      );
      return answer.data;
    }

    const refusal = async (choice: string, token: string) =>
      publish(choice, token).then(
        () => 'published',
        (error: Error) => / → (\d+)/.exec(error.message)?.[1],
      );

    async function allow(...own: string[]): Promise<void> {
      const editing = ['create', 'read', 'update', 'publish'].map((action) => ({
        action: `plugin::content-manager.explorer.${action}`,
        subject: ARTICLE,
        properties:
          action === 'publish' ? { locales: ['en'] } : { fields: ['title', 'body', 'rating'], locales: ['en'] },
        conditions: [],
      }));
      const chosen = own.map((uid) => ({
        action: `plugin::background-push.${uid}`,
        subject: null,
        properties: {},
        conditions: [],
      }));
      await clerk.grant([...editing, ...chosen]);
    }

    it('publishes without a push: the change is logged and wakes nobody, and goes along with the next push', async () => {
      const [token] = await scene.addDevices(1);
      const { documentId } = await publish('without');
      const logged = await until(
        async () => (await changes()).find((row) => row.document_id === documentId && row.rev !== null),
        { what: 'The numbered change' },
      );
      expect(logged).toMatchObject({ action: 'publish', wakes: 0, choice: 'without' });
      expect(await scene.services.acts.page({ page: 1, pageSize: 1 })).toMatchObject({
        acts: [{ act: 'publish-without', params: { contentType: ARTICLE, documentId } }],
      });
      expect(await scene.services.entryNews.of({ contentType: ARTICLE, documentId, locale: 'en' })).toMatchObject({
        choice: 'without',
        lanes: [{ state: 'along' }, { state: 'along' }],
        pushes: [],
      });
      expect(production().log).toEqual([]);

      await publish('now');
      const push = await scene.finished(1);
      expect([...production().accepted()]).toEqual([[token, 1]]);
      expect(JSON.stringify(push.payload)).toContain(documentId);
    });

    it('sends now what the editor wants sent, without the quiet, and names who wanted it', async () => {
      const [token] = await scene.addDevices(1);
      const { documentId } = await publish('now');
      const push = await scene.finished(1);
      expect([...production().accepted()]).toEqual([[token, 1]]);
      expect(push).toMatchObject({ hurry: 'now' });
      expect(push.askedBy).toMatch(/\w+/);
      expect(await scene.lane()).toMatchObject({ hurry: null });
      const news = await scene.services.entryNews.of({ contentType: ARTICLE, documentId, locale: 'en' });
      expect(news).toMatchObject({ choice: 'now', by: push.askedBy, pushes: [{ id: push.id }] });
      expect(news?.lanes.find(({ environment }) => environment === 'production')).toMatchObject({
        state: 'told',
        push: { counters: { accepted: 1 } },
      });
    });

    it('sends now even what no trigger would wake anybody for', async () => {
      const [token] = await scene.addDevices(1);
      await publish('now', undefined, `/content-manager/collection-types/${PAGE}/actions/publish`);
      await scene.finished(1);
      expect([...production().accepted()]).toEqual([[token, 1]]);
    });

    it('does neither without its own permission, and publishes nothing', async () => {
      await scene.addDevices(1);
      const before = (await changes()).length;
      await allow();
      expect(await refusal('without', clerk.token)).toBe('403');
      expect(await refusal('now', clerk.token)).toBe('403');
      await allow('publish.without');
      expect(await refusal('now', clerk.token)).toBe('403');
      expect(
        await scene.booted.strapi.db.query(ARTICLE).count({ where: { createdBy: { email: 'clerk@example.com' } } }),
      ).toBe(0);
      expect((await changes()).length).toBe(before);
      expect(await refusal('without', clerk.token)).toBe('published');
      await allow('publish.now');
      expect(await refusal('without', clerk.token)).toBe('403');
      expect(await refusal('now', clerk.token)).toBe('published');
      await scene.finished(1);
    });

    it('refuses a choice that there is none of, and a list of them', async () => {
      const token = await scene.booted.adminToken();
      expect(await refusal('later', token)).toBe('400');
      expect(await refusal('now&backgroundPush=without', token)).toBe('400');
    });

    it('leaves a lane alone whose app has no key', async () => {
      const { knex } = scene.services.store;
      const lane = await scene.lane('sandbox');
      await knex<LaneRow>(TABLES.lanes).where({ id: lane.id }).update({ credential_source: null });
      const { documentId } = await publish('now');
      await until(async () => (await changes()).find((row) => row.document_id === documentId)?.rev, {
        what: 'The numbered change',
      });
      expect(await scene.lane('sandbox')).toMatchObject({ hurry: null });
      await knex<LaneRow>(TABLES.lanes).where({ id: lane.id }).update({ credential_source: lane.credential_source });
    });
  });
});
