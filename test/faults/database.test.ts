import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { onServer, knownServers, type ServerClient } from '../integration/database-servers';
import type { Database } from '../integration/databases';
import { openDatabase } from '../integration/open-database';
import { createStore } from '../../server/store/store';
import { TABLES, type LaneRow } from '../../server/store/tables';
import { until } from '../until';
import { startProxy, type Proxy, type Weather } from './proxy';
import { DEVICES, onDatabases, SMOKE } from './size';
import { LEASE_MS, openStage, type Stage } from './stage';
import { inHand } from './verdict';

const AWAY_MS = SMOKE ? 4_000 : 10_000;

const away = async (ms: number) => {
  const since = performance.now();
  await until(() => performance.now() - since > ms, { within: 2 * ms });
};

/** The database's server behind a proxy, restarted as far as the engine can tell. */
onDatabases(
  (client) => {
    let stage: Stage;
    let proxy: Proxy;
    beforeAll(async () => {
      stage = await openStage(client);
      proxy = await startProxy(knownServers()[client as ServerClient]!);
    });
    afterAll(async () => {
      await stage.close();
      await proxy.close();
    });
    afterEach(() => stage.reset());

    const behind = () => ({
      ...stage.database,
      env: { ...stage.database.env, DATABASE_HOST: '127.0.0.1', DATABASE_PORT: String(proxy.port) },
    });

    async function loses(weather: Weather): Promise<string> {
      const engine = await stage.engine({ database: behind() });
      await stage.publish();
      await stage.received(DEVICES / 4);
      proxy.set(weather);
      const hands = await inHand(stage.knex);
      const since = stage.simulator.log.length;
      await away(AWAY_MS);
      const sent = stage.simulator.log.length;
      // Long past its lease, it sends nothing more.
      await away(LEASE_MS);
      expect(stage.simulator.log.length).toBe(sent);
      expect(since).toBeLessThanOrEqual(sent);
      proxy.set('clear');
      await stage.done(1);
      // Nobody else took the shards: what was answered meanwhile is written down late, and not sent again.
      expect(await stage.promiseKept({ inHand: hands })).toEqual({ repeated: 0 });
      return engine.log();
    }

    it('goes on by itself when the database was restarted in the middle of a push', async () => {
      const log = await loses('cut');
      // Once for each thing that fails, not once for each attempt.
      expect(log.split('\n').length).toBeLessThan(30);
    });

    it('goes on by itself when the database was silent for a while', async () => {
      await loses('stalled');
    });

    it('pauses a lane whose credential APNs refused while the database was away', async () => {
      await stage.engine({ database: behind() });
      const recover = stage.simulator.behave({ reason: 'InvalidProviderToken', delayMs: 2_000 });
      await stage.publish();
      await stage.received(1);
      proxy.set('cut');
      await away(AWAY_MS);
      proxy.set('clear');
      const paused = async () =>
        (await stage.knex<LaneRow>(TABLES.lanes).where({ id: stage.laneId }).whereNot({ pauses: '[]' })).length === 1;
      await until(paused, { within: 20_000, what: 'The pause' });
      recover();
      await stage.resume();
      await stage.done(1);
      await stage.promiseKept();
    });

    it('keeps no rows locked when it is cut off just before its commit', async () => {
      const knex = openDatabase(behind());
      const atCommit = new Promise<void>((resolve) => {
        // Knex tells of a statement before it sends it.
        knex.on('query', ({ sql }: { sql: string }) => {
          if (!/^commit/i.test(sql)) return;
          proxy.set('stalled');
          resolve();
        });
      });
      const write = (by: Knex) => by<LaneRow>(TABLES.lanes).where({ id: stage.laneId }).increment('beat', 1);
      const cutOff = createStore({ knex, client })
        .transaction(write)
        .catch(() => 'ended by the database');
      await atCommit;
      // Longer than the database waits for the next statement.
      const others = await Promise.race([write(stage.knex), sleep(20_000, 'rows still locked')]);
      proxy.set('clear');
      await cutOff;
      await knex.destroy();
      expect(others).toBe(1);
    });

    it('finishes a push whose process is cut off from the database at another', async () => {
      await stage.engine({ database: behind() });
      await stage.publish();
      await stage.received(DEVICES / 4);
      proxy.set('stalled');
      const hands = await inHand(stage.knex);
      await stage.engine();
      await stage.done(1);
      proxy.set('clear');
      await stage.promiseKept({ inHand: hands });
    });
  },
  { where: ['postgres', 'mysql'] },
);

/** Makes every write of the engine fail until it is called off. */
const READ_ONLY: Record<Database, ((stage: Stage) => Promise<() => Promise<void>>) | null> = {
  sqlite: null,
  postgres: async ({ database: { env } }) => {
    const server = knownServers().postgres!;
    const set = (statement: string) =>
      onServer('postgres', server, async (knex) => {
        await knex.raw(`alter database ${env.DATABASE_NAME} ${statement}`);
        await knex.raw('select pg_terminate_backend(pid) from pg_stat_activity where datname = ?', [env.DATABASE_NAME]);
      });
    await set('set default_transaction_read_only = on');
    return () => set('reset default_transaction_read_only');
  },
  // `read_only` is a matter of the whole server there, and does not hold for its administrator.
  mysql: null,
};

onDatabases((client) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(client);
  });
  afterAll(() => stage.close());
  afterEach(() => stage.reset());

  async function cannotWrite(deny: (pid: Awaited<ReturnType<Stage['engine']>>) => Promise<() => Promise<void>>) {
    const engine = await stage.engine();
    await stage.publish();
    await stage.received(DEVICES / 4);
    const allow = await deny(engine);
    const hands = await inHand(stage.knex);
    await away(AWAY_MS);
    expect((await stage.pushes())[0].state).toBe('running');
    await allow();
    await stage.done(1);
    await stage.promiseKept({ inHand: hands });
    expect(engine.log().split('\n').length).toBeLessThan(30);
  }

  if (client === 'sqlite') {
    it('waits while the file is read-only, and goes on when it is not', () =>
      cannotWrite(async (engine) => {
        await engine.run('pragma query_only = on');
        return () => engine.run('pragma query_only = off');
      }));

    it('waits for a long transaction of somebody else, and loses nothing by it', async () => {
      await stage.engine();
      await stage.publish();
      await stage.received(DEVICES / 4);
      const other = openDatabase(stage.database);
      await other.raw('begin immediate');
      const hands = await inHand(stage.knex);
      // Longer than SQLite itself waits for a lock.
      await away(7_000);
      await other.raw('commit');
      await other.destroy();
      await stage.done(1);
      await stage.promiseKept({ inHand: hands });
    });
    return;
  }
  it.skip('waits while the disk is full (a full disk would stop the server for everybody who uses it)', () =>
    undefined);

  const deny = READ_ONLY[client];
  if (deny)
    it('waits while the database is read-only, and goes on when it is not', () => cannotWrite(() => deny(stage)));
  else it.skip(`waits while the database is read-only (on ${client} only a whole server can be)`, () => undefined);
});
