import { servicesOf } from './services-of';
import { type Services } from '../../server/services';
import { TABLES, type LaneRow, type PushRow } from '../../server/store/tables';
import { startSimulator } from '../simulator';
import { createDatabase, eachDatabase } from './databases';
import { BUNDLE_ID, deviceRow, KEY_ID, pluginConfig, publicKey, TEAM_ID, wrongCredential } from './scene';
import { bootStrapi } from './strapi';
import { until } from '../until';

const DEVICES = 40;

eachDatabase((client) => {
  it('resumes by itself when the configuration gets the right key, with one push for all that waited', async () => {
    const database = await createDatabase(client);
    const simulator = await startSimulator({ keys: [{ keyId: KEY_ID, teamId: TEAM_ID, publicKey }] });
    const right = pluginConfig({ production: simulator, sandbox: simulator });
    const wrong = { ...right, apps: [{ ...right.apps[0], production: wrongCredential }] };
    const productionOf = ({ registry }: Services) => registry.lane(BUNDLE_ID, 'production')!.id;
    const laneOf = async (services: Services) =>
      (await services.store
        .knex<LaneRow>(TABLES.lanes)
        .where({ id: productionOf(services) })
        .first()) as LaneRow;

    const before = await bootStrapi({ database, config: wrong });
    const services = servicesOf(before.strapi);
    await until(async () => (await laneOf(services)).handled > 0, { within: 30_000, what: 'The first refresh' });
    const rows = Array.from({ length: DEVICES }, () => deviceRow(productionOf(services), services.store.now()));
    await services.store.knex(TABLES.devices).insert(rows);
    const publish = async (title: string) => {
      const documents = before.strapi.documents('api::article.article' as never) as unknown as {
        create(params: object): Promise<object>;
      };
      await documents.create({ status: 'published', data: { title } });
    };
    await publish('Before');
    await until(async () => (await laneOf(services)).pauses !== '[]', { within: 30_000, what: 'The pause' });
    await publish('Meanwhile');
    await before.stop();
    simulator.clear();

    const after = await bootStrapi({ database, config: right });
    const { knex } = servicesOf(after.strapi).store;
    const pushes = async () => knex<PushRow>(TABLES.pushes).orderBy('id');
    await until(async () => (await pushes()).some(({ ended }) => ended === 'done'), {
      within: 30_000,
      what: 'The push of what waited',
    });
    expect(await pushes()).toMatchObject([{ ended: 'superseded' }, { ended: 'done', met: DEVICES, accepted: DEVICES }]);
    const payload = JSON.parse((await pushes())[1].payload) as { content: { changes: unknown[] } };
    expect(payload.content.changes).toHaveLength(2);
    expect([...simulator.accepted().keys()].sort()).toEqual(rows.map(({ token }) => token).sort());
    expect(simulator.summary().duplicates).toBe(0);
    await after.stop();
    await simulator.close();
    await database.drop();
  });
});
