import { servicesOf } from './services-of';
import { type Services } from '../../server/services';
import { TABLES, type LaneRow, type PushRow } from '../../server/store/tables';
import { startSimulator, type Simulator } from '../simulator';
import { createDatabase, eachDatabase, type TestDatabase } from './databases';
import { BUNDLE_ID, deviceRow, expectInvariant, KEY_ID, pluginConfig, publicKey, TEAM_ID } from './scene';
import { bootStrapi, type BootedStrapi } from './strapi';
import { startProcess, type StrapiProcess } from './strapi-process';
import { until } from '../until';

const DEVICES = 3_000;
const BY = 'Ada Lovelace';
/** A push lasts fifteen seconds at least; the other process's engine looks about once a second. */
const PER_SECOND = 200;

/** One process sends; this one, which does not, is where the administrator is. */
eachDatabase((client) => {
  let database: TestDatabase;
  let simulator: Simulator;
  let sender: StrapiProcess;
  let here: BootedStrapi;
  let services: Services;
  let tokens: string[];
  let lane: LaneRow;

  beforeAll(async () => {
    database = await createDatabase(client);
    simulator = await startSimulator({ keys: [{ keyId: KEY_ID, teamId: TEAM_ID, publicKey }] });
    const { delivery, ...rest } = pluginConfig({ production: simulator, sandbox: simulator });
    const config = { ...rest, delivery: { ...delivery, maxPerSecond: PER_SECOND } };
    sender = await startProcess({ database, config });
    here = await bootStrapi({ database, config, listen: false });
    services = servicesOf(here.strapi);
    const { id } = services.registry.lane(BUNDLE_ID, 'production')!;
    const row = async () => (await services.store.knex<LaneRow>(TABLES.lanes).where({ id }).first()) as LaneRow;
    await until(async () => (await row()).handled > 0, { within: 30_000, what: 'The first refresh' });
    lane = await row();
  });
  afterAll(async () => {
    // What was not started needs no stop: the reason is told by the tests.
    await here?.stop();
    await sender?.kill('SIGTERM');
    await simulator?.close();
    await database?.drop();
  });

  beforeEach(async () => {
    const { knex } = services.store;
    for (const table of [TABLES.retries, TABLES.shards, TABLES.pushes, TABLES.devices]) await knex(table).delete();
    const rows = Array.from({ length: DEVICES }, () => deviceRow(lane.id, services.store.now(), { accepted: 1 }));
    for (let from = 0; from < rows.length; from += 50) await knex(TABLES.devices).insert(rows.slice(from, from + 50));
    tokens = rows.map(({ token }) => token);
    simulator.clear();
  });

  const pushes = async () => (await services.store.knex<PushRow>(TABLES.pushes).orderBy('id')) as PushRow[];

  async function halfWay(): Promise<PushRow> {
    const documents = here.strapi.documents('api::article.article' as never) as unknown as {
      create(params: object): Promise<object>;
    };
    await documents.create({ status: 'published', data: { title: 'Published' } });
    await until(() => simulator.accepted().size > 150, { within: 30_000, what: 'A push half-way' });
    const push = (await pushes())[0];
    expect(push).toMatchObject({ state: 'running', announced_at: null });
    return push;
  }

  /** The other process felt the act, and gave its shards back, before it was through. */
  async function expectStopFelt(): Promise<void> {
    await until(async () => (await services.store.knex(TABLES.shards).whereNotNull('owner')).length === 0, {
      within: 10_000,
      what: 'shards that are given back',
    });
    expect(simulator.log.length).toBeLessThan(DEVICES);
  }

  it('a pause and a resume here stop and move the push there', async () => {
    await halfWay();
    await services.control.pause(lane.id, BY);
    await expectStopFelt();
    await services.control.resume(lane.id, BY);
    await until(async () => (await pushes())[0].state === 'finished', { within: 30_000, what: 'the finished push' });
    expect((await pushes())[0]).toMatchObject({ ended: 'done', met: DEVICES, accepted: DEVICES });
    expect([...simulator.accepted()].every(([, times]) => times === 1)).toBe(true);
    expect([...simulator.accepted().keys()].sort()).toEqual([...tokens].sort());
  });

  it('a push that is cancelled here ends there, each device counted once', async () => {
    const { id } = await halfWay();
    await services.control.cancel(id, BY);
    await expectStopFelt();
    await until(async () => (await pushes())[0].state === 'finished', { within: 10_000, what: 'the finished push' });
    const push = (await services.overview.push(id))!;
    expectInvariant(push);
    expect(push).toMatchObject({ ended: 'cancelled', cancelledBy: BY, counters: { met: DEVICES } });
    expect(push.counters.accepted).toBe(simulator.accepted().size);
  });
});
