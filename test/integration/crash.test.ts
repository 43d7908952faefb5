import type { Knex } from 'knex';
import { TABLES, type LaneRow, type PushRow, type ShardRow } from '../../server/store/tables';
import { startSimulator, type Simulator } from '../simulator';
import { createDatabase, eachDatabase, type TestDatabase } from './databases';
import { openDatabase } from './open-database';
import { BUNDLE_ID, deviceRow, KEY_ID, pluginConfig, publicKey, TEAM_ID } from './scene';
import { startProcess, type StrapiProcess } from './strapi-process';
import { until } from '../until';

const DEVICES = 3_000;

eachDatabase((client) => {
  let database: TestDatabase;
  let knex: Knex;
  let simulator: Simulator;
  let strapi: StrapiProcess;
  let tokens: Map<string, number>;

  const start = async (config: object = {}) =>
    startProcess({
      database,
      config: { ...pluginConfig({ production: simulator, sandbox: simulator }), ...config },
    });

  beforeAll(async () => {
    database = await createDatabase(client);
    simulator = await startSimulator({ keys: [{ keyId: KEY_ID, teamId: TEAM_ID, publicKey }], latencyMs: 20 });
    strapi = await start();
    knex = openDatabase(database);
    // New tables log a `refresh`, which nobody is there to hear.
    await until(async () => (await knex<LaneRow>(TABLES.lanes).where('handled', '>', 0)).length === 2, {
      within: 30_000,
      what: 'The first refresh',
    });
  });
  afterAll(async () => {
    await strapi.kill('SIGTERM');
    await simulator.close();
    await knex.destroy();
    await database.drop();
  });
  beforeEach(async () => {
    tokens = await addDevices();
  });
  afterEach(async () => {
    for (const table of [TABLES.retries, TABLES.shards, TABLES.pushes, TABLES.devices]) await knex(table).delete();
    simulator.clear();
  });

  async function addDevices(): Promise<Map<string, number>> {
    const lane = (await knex<LaneRow>(TABLES.lanes).where({ environment: 'production' }).first()) as LaneRow;
    const rows = Array.from({ length: DEVICES }, () => deviceRow(lane.id, Date.now()));
    for (let from = 0; from < rows.length; from += 50) await knex(TABLES.devices).insert(rows.slice(from, from + 50));
    const stored = (await knex(TABLES.devices).select('id', 'token')) as { id: number; token: string }[];
    return new Map(stored.map(({ id, token }) => [token, id]));
  }

  async function publish(): Promise<void> {
    const admin = await strapi.admin();
    await admin.call('POST', '/content-manager/collection-types/api::article.article/actions/publish', {
      title: 'Published',
    });
  }

  async function finishedPush(): Promise<PushRow> {
    return until(async () => knex<PushRow>(TABLES.pushes).where({ state: 'finished', ended: 'done' }).first(), {
      within: 60_000,
      what: 'A finished push',
    });
  }

  /** All reached; whoever got more than one push lay above the checkpoint of a shard that was held. */
  function expectAllReached(push: PushRow, held: readonly ShardRow[]): void {
    const accepted = simulator.accepted();
    expect(accepted.size).toBe(DEVICES);
    expect(push).toMatchObject({ met: DEVICES, accepted: DEVICES, rejected: 0, unknown: 0, waiting: 0 });
    for (const [token, times] of accepted) {
      if (times === 1) continue;
      const id = tokens.get(token) as number;
      expect(held.some((shard) => shard.cursor < id && id <= shard.hi)).toBe(true);
    }
    const ids = new Map<string, Set<string>>();
    for (const { token, apnsId } of simulator.log) ids.set(token, (ids.get(token) ?? new Set()).add(apnsId));
    expect([...ids.values()].every(({ size }) => size === 1)).toBe(true);
  }

  const heldShards = async () => knex<ShardRow>(TABLES.shards).where({ state: 'open' });

  it('wakes everybody after a kill between the commit and the push', async () => {
    await strapi.kill('SIGTERM');
    strapi = await start({ delivery: { enabled: false } });
    await publish();
    await strapi.kill();
    expect(simulator.log).toHaveLength(0);
    strapi = await start();
    const push = await finishedPush();
    expectAllReached(push, []);
    expect(simulator.summary().duplicates).toBe(0);
  });

  it('wakes everybody after a kill between the claim of a shard and its first answer', async () => {
    const release = simulator.behave({ hang: true });
    await publish();
    await until(() => simulator.log.length > 0, { within: 30_000, what: 'The first request' });
    await strapi.kill();
    const held = await heldShards();
    release();
    strapi = await start();
    expectAllReached(await finishedPush(), held);
    expect(simulator.log[0].topic).toBe(BUNDLE_ID);
  });

  it('wakes everybody after a kill in the middle of a shard, and repeats only what lay above its checkpoint', async () => {
    await publish();
    await until(() => simulator.log.length > 1_200, { within: 30_000, what: 'A push half-way' });
    await strapi.kill();
    const held = await heldShards();
    strapi = await start();
    expectAllReached(await finishedPush(), held);
  });
});
