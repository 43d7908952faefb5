import type { EntryForecast, LaneForecast } from '../../../server/admin-api/contract';
import { eachDatabase } from '../databases';
import { number, startScene, type Scene } from '../scene';
import { until } from '../../until';

const ARTICLE = 'api::article.article';
const PAGE = 'api::page.page';
const NOTE = 'api::note.note';
const APP = 'com.example.news';
const BY = 'Ada Lovelace';

const QUIET_MS = 1_500;
const MAX_WAIT_MS = 4_000;
/** What numbering and the engine's rounds may take on top, on a busy machine. */
const SLACK_MS = 20_000;

eachDatabase((database) => {
  describe('what is said before publishing', () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await startScene({
        database,
        config: {
          coalesce: { quietMs: QUIET_MS, maxWaitMs: MAX_WAIT_MS, pushesPerHour: { production: 2, sandbox: 0 } },
          triggers: [
            { name: 'articles', contentType: ARTICLE, audience: 'locale', apps: [APP] },
            { name: 'pages', contentType: PAGE, wakeOn: ['delete'], apps: [APP] },
          ],
        },
      });
    });
    afterAll(() => scene.stop());
    afterEach(() => scene.reset());

    const forecast = (
      planned: { uid?: string; documentId?: string; locale?: string; choice?: 'now' } = {},
    ): Promise<EntryForecast> =>
      scene.services.forecast.of({
        contentType: planned.uid ?? ARTICLE,
        documentId: planned.documentId ?? null,
        locale: planned.locale ?? 'en',
        action: 'publish',
        choice: planned.choice ?? null,
      });

    const documents = () =>
      scene.booted.strapi.documents(ARTICLE as never) as unknown as { create(p: object): Promise<unknown> };

    async function production(planned?: Parameters<typeof forecast>[0]): Promise<LaneForecast> {
      const { lanes } = await forecast(planned);
      const lane = lanes.find(({ environment }) => environment === 'production');
      if (!lane) throw new Error('Nothing is said of production.');
      return lane;
    }

    /** Publishes and compares what happens with what was said. */
    async function comesTrue(said: LaneForecast, pushes: number): Promise<void> {
      await scene.publish();
      const push = await scene.finished(pushes);
      expect(push.counters.accepted).toBe(said.devices);
      const left = push.createdAt - (said.at ?? NaN);
      expect(left).toBeGreaterThanOrEqual(-50);
      expect(left).toBeLessThan(SLACK_MS);
    }

    it('comes true: so many devices of the locale, a moment after the last change', async () => {
      await scene.addDevices(3, { locale: 'en' });
      await scene.addDevices(2, { locale: 'en-gb' });
      await scene.addDevices(4, { locale: 'fr' });
      await scene.addDevices(1);
      const said = await production();
      expect(said).toMatchObject({ kind: 'wakes', devices: 6, used: 0, waiting: 0 });
      expect((said.at ?? 0) - scene.services.store.now()).toBeLessThanOrEqual(QUIET_MS);
      await comesTrue(said, 1);
    });

    it('counts whom waiting changes concern, and no later than the longest wait after the first of them', async () => {
      await scene.addDevices(3, { locale: 'en' });
      await scene.addDevices(4, { locale: 'fr' });
      await documents().create({ status: 'published', locale: 'fr', data: { title: 'Bonjour' } });
      const said = await until(
        async () => {
          const lane = await production();
          return lane.waiting === 1 && lane;
        },
        { what: 'A change that waits' },
      );
      expect(said).toMatchObject({ kind: 'wakes', devices: 7 });
      await comesTrue(said, 1);
    });

    it('says until when the hour is used up, and what waits', async () => {
      await scene.addDevices(2, { locale: 'en' });
      const first = await scene.publish().then(() => scene.finished(1));
      await scene.publish();
      await scene.finished(2);
      const said = await production();
      expect(said).toMatchObject({ kind: 'budget', devices: 2, used: 2, at: (first.firstAcceptedAt ?? 0) + 3_600_000 });
      expect(await production({ choice: 'now' })).toMatchObject({ kind: 'budget', at: said.at });
      await scene.publish();
      const waiting = await until(
        async () => {
          const lane = await production();
          return lane.waiting === 1 && lane;
        },
        { what: 'A change that waits' },
      );
      expect(waiting).toMatchObject({ kind: 'budget', at: said.at });
      expect(await scene.pushes()).toHaveLength(2);
      await scene.services.control.force((await scene.lane()).id, BY);
      await scene.finished(3);
    });

    it('says that a push is on its way and when the next may leave', async () => {
      await scene.addDevices(1, { locale: 'en' });
      const recover = scene.simulators.production.behave({ hang: true, times: 1 });
      await scene.publish();
      await until(() => scene.simulators.production.log.length === 1, { what: 'A push under way' });
      expect(await production()).toMatchObject({ kind: 'running', devices: 1, waiting: 0 });
      const [push] = await scene.pushes();
      await scene.services.control.cancel(push.id, BY);
      recover();
    });

    it('leaves at once what is to be sent now', async () => {
      await scene.addDevices(1, { locale: 'en' });
      const { at } = await production({ choice: 'now' });
      expect((at ?? Infinity) - scene.services.store.now()).toBeLessThanOrEqual(0);
    });

    it('says what keeps a lane from sending', async () => {
      await scene.addDevices(1, { locale: 'en' });
      const { id } = await scene.lane();
      await scene.services.control.pause(id, BY);
      expect(await production()).toMatchObject({ kind: 'paused', at: null, devices: 1 });
      await scene.services.control.resume(id, BY);
      expect(await production()).toMatchObject({ kind: 'wakes' });
    });

    it('says that nobody is woken: no device of the locale, no trigger for the action, none for the type', async () => {
      expect((await forecast()).lanes).toMatchObject([{ environment: 'production', kind: 'nobody', devices: 0 }]);
      await scene.addDevices(1, { locale: 'fr' });
      expect((await forecast()).lanes).toMatchObject([{ kind: 'nobody', devices: 0 }]);
      expect((await forecast({ uid: PAGE })).lanes).toMatchObject([{ kind: 'silent' }, { kind: 'silent' }]);
      expect(await forecast({ uid: NOTE })).toMatchObject({ heard: false, lanes: [] });
      expect(await forecast({ uid: 'api::no.such' })).toMatchObject({ heard: false, lanes: [] });
    });

    it('tells nothing of an environment without devices beside one that has some', async () => {
      await scene.addDevices(1, { locale: 'en' }, 'sandbox');
      expect((await forecast()).lanes).toMatchObject([{ environment: 'sandbox', kind: 'wakes', devices: 1 }]);
    });

    it('says of changes that wait for their numbers what it says afterwards', async () => {
      await scene.addDevices(3, { locale: 'en' });
      await scene.addDevices(4, { locale: 'fr' });
      // Nobody numbers here any more: this test is the last.
      await scene.services.engine.stop();
      const { waiting } = await production();
      await documents().create({ status: 'published', locale: 'fr', data: { title: 'Bonjour' } });
      const before = await production();
      expect(before).toMatchObject({ kind: 'wakes', devices: 7, waiting: waiting + 1 });
      await number(scene);
      const { at, ...after } = await production();
      expect(before).toMatchObject(after);
      expect(at).toBeGreaterThanOrEqual(before.at ?? Infinity);
    });
  });
});
