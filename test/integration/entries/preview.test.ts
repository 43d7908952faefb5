import type { LanePreview, TriggerPreview } from '../../../server/admin-api/contract';
import { logRefresh } from '../../../server/store/log-refresh';
import { TABLES } from '../../../server/store/tables';
import { eachDatabase } from '../databases';
import { number, startScene, type Scene } from '../scene';
import { until } from '../../until';

const BY = 'Ada Lovelace';

eachDatabase((database) => {
  describe('the preview of a trigger', () => {
    let scene: Scene;
    beforeAll(async () => {
      const coalesce = { quietMs: 50, maxWaitMs: 500, pushesPerHour: { production: 0, sandbox: 0 } };
      scene = await startScene({ database, config: { coalesce } });
    });
    afterAll(() => scene.stop());
    afterEach(() => scene.reset());

    async function preview(may = (): boolean => true): Promise<TriggerPreview> {
      const [trigger] = await scene.services.triggers.list();
      return scene.services.preview.of(trigger, may);
    }

    async function production(): Promise<LanePreview> {
      const lane = (await preview()).lanes.find(({ forecast }) => forecast.environment === 'production');
      if (!lane) throw new Error('Nothing is said of production.');
      return lane;
    }

    const publishAgain = (documentId: string) =>
      (
        scene.booted.strapi.documents('api::article.article' as never) as unknown as {
          publish(params: object): Promise<unknown>;
        }
      ).publish({ documentId, locale: 'en' });

    const state = async () => {
      const { knex } = scene.services.store;
      return Promise.all(
        [TABLES.apps, TABLES.lanes, TABLES.pushes, TABLES.changes, TABLES.acts].map((one) => knex(one)),
      );
    };

    it('says that nothing is published', async () => {
      expect(await preview()).toMatchObject({ entry: null, lanes: [] });
    });

    it('comes true to the byte, and until then nothing is sent or written', async () => {
      const marks = async () => (await scene.lane()).handled + (await scene.lane('sandbox')).handled;
      const marked = await marks();
      const documentId = await scene.publish('Hello');
      await until(async () => (await marks()) === marked + 2, { what: 'A change that concerned nobody' });
      await scene.addDevices(2);
      const before = await state();
      const shown = await preview();
      const said = await production();
      expect(await state()).toEqual(before);
      expect(scene.simulators.production.log).toHaveLength(0);
      expect(shown.entry).toMatchObject({ title: 'Hello', name: 'Article', documentId, locale: 'en' });
      expect((await preview(() => false)).entry).toMatchObject({ title: null, name: 'Article' });
      expect(said).toMatchObject({ problem: null, audience: 'all', forecast: { kind: 'wakes', devices: 2 } });
      expect(said.bytes).toBe(Buffer.byteLength(said.body ?? ''));

      await publishAgain(documentId);
      await scene.finished(1);
      const [request] = scene.simulators.production.log;
      expect(JSON.stringify(request.body)).toBe(said.body);
      const { authorization, 'apns-id': id, 'apns-expiration': sentExpiration, ...sent } = request.headers;
      expect(authorization).toBeDefined();
      expect(id).toBeDefined();
      const { 'apns-id': _id, 'apns-expiration': expiration, ...headers } = Object.fromEntries(said.headers);
      expect(Number(sentExpiration) - Number(expiration)).toBeLessThan(60);
      expect(Object.entries(headers).filter(([name]) => !name.startsWith(':'))).toEqual(
        Object.entries(sent).filter(([name]) => name.startsWith('apns-')),
      );
      expect(headers[':path']).toBe('/3/device/…');
    });

    it('takes along what waits already', async () => {
      await scene.addDevices(1);
      await scene.publish('One');
      await scene.finished(1);
      const { id } = await scene.lane();
      await scene.services.control.pause(id, BY);
      await scene.publish('Two');
      const last = await scene.publish('Three');
      const said = await production();
      expect(said.forecast.kind).toBe('paused');
      await publishAgain(last);
      await scene.services.control.resume(id, BY);
      await scene.finished(2);
      expect(JSON.stringify(scene.simulators.production.log.at(-1)?.body)).toBe(said.body);
    });

    it('shows the same whether what waits has its number already or not', async () => {
      await scene.addDevices(1);
      // Nobody numbers here any more: this test is the last.
      await scene.services.engine.stop();
      await scene.publish('Two');
      await scene.publish('Three');
      const { body } = await production();
      expect(body?.match(/"publish"/g)).toHaveLength(2);
      await number(scene);
      expect((await production()).body).toBe(body);
      const { store, registry } = scene.services;
      const apps = registry.apps().map(({ id }) => id);
      await store.transaction((trx) => logRefresh(trx, apps, { wakes: true }));
      expect((await production()).body).toContain('"refresh":"all"');
    });
  });
});
