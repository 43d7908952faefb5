import type { Entry, News } from '../../../server/admin-api/contract';
import { hireClerk, type Clerk } from '../admin-api/admin-scene';
import { callStrapi } from '../admin-session';
import { eachDatabase } from '../databases';
import { startScene, type Scene } from '../scene';
import { until } from '../../until';

const ARTICLE = 'api::article.article';
const BY = 'Ada Lovelace';

/** Longer than any test waits. */
const QUIET_MS = 600_000;

eachDatabase((database) => {
  describe('what editors are told on the home page and beside an entry', () => {
    let scene: Scene;
    let clerk: Clerk;
    beforeAll(async () => {
      scene = await startScene({
        database,
        config: { coalesce: { quietMs: QUIET_MS, maxWaitMs: QUIET_MS, pushesPerHour: { production: 0, sandbox: 0 } } },
      });
      clerk = await hireClerk({ booted: scene.booted, superAdmin: await scene.booted.admin() });
    });
    afterAll(() => scene.stop());
    afterEach(() => scene.reset());

    const ask = async <T>(path: string, token?: string): Promise<T> => {
      const given = { token: token ?? (await scene.booted.adminToken()) };
      return (await callStrapi<{ data: T }>(scene.booted.url, 'GET', `/background-push${path}`, given)).data;
    };
    const status = (path: string, token?: string): Promise<string> =>
      ask(path, token).then(
        () => '200',
        (error: Error) => / → (\d+)/.exec(error.message)?.[1] ?? error.message,
      );
    const entriesRead = {
      action: 'plugin::background-push.entries.read',
      subject: null,
      properties: {},
      conditions: [],
    };

    it('names what waits with its time, then what was pushed, by the titles of what was published', async () => {
      await scene.addDevices(2);
      await scene.publish('Rain tomorrow');
      const waiting = await until(
        async () => {
          const news = await ask<News>('/news');
          return news.waiting.length === 2 && news;
        },
        { what: 'A change that waits' },
      );
      expect(waiting.waiting[0]).toMatchObject({
        app: 'News',
        environment: 'production',
        about: { changes: 1, first: [{ title: 'Rain tomorrow', name: 'Article' }] },
        departure: { kind: 'quiet' },
      });
      const { id } = await scene.lane();
      await scene.services.control.sendNow(id, BY);
      await scene.finished(1);
      expect((await ask<News>('/news')).pushes).toMatchObject([
        { app: 'News', about: { first: [{ title: 'Rain tomorrow' }] }, state: 'finished', accepted: 2, devices: 2 },
      ]);
    });

    it('tells no title to who may not read the entry in the Content Manager', async () => {
      await scene.addDevices(1);
      await scene.publish('Between us');
      await until(async () => (await ask<News>('/news')).waiting.length === 2, { what: 'A change that waits' });
      await clerk.grant([entriesRead]);
      const news = await ask<News>('/news', clerk.token);
      expect(news.waiting[0].about.first).toMatchObject([{ title: null, name: 'Article' }]);
      expect(JSON.stringify(news)).not.toContain('Between us');
      const { id } = await scene.lane();
      await scene.services.control.sendNow(id, BY);
      await scene.finished(1);
      expect(JSON.stringify(await ask<News>('/news', clerk.token))).not.toContain('Between us');
    });

    it('answers neither to who may not see it', async () => {
      await clerk.grant([]);
      expect(await status('/news', clerk.token)).toBe('403');
      expect(await status(`/entries/${ARTICLE}`, clerk.token)).toBe('403');
    });

    it('names what is wrong with a question, and knows no type that there is none of', async () => {
      const wrong = [
        'action=eat',
        'choice=later',
        `documentId=${'x'.repeat(65)}`,
        'locale[]=en',
        'documentId=%00',
        'locale=%00',
        'action=publish&action=delete',
      ];
      for (const query of wrong) expect([query, await status(`/entries/${ARTICLE}?${query}`)]).toEqual([query, '400']);
      for (const uid of ['nothing', '%00', '..%2F..', `api::${'x'.repeat(300)}`]) {
        expect(await ask<Entry>(`/entries/${uid}`)).toMatchObject({
          forecast: { heard: false, lanes: [] },
          news: null,
        });
      }
    });
  });
});
