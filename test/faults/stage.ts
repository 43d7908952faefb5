import type { Services } from '../../server/services';
import { assemble } from '../../server/assemble';
import { createBareHost } from '../integration/bare-host';
import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { resumeLane } from '../../server/pipeline/control/lane-acts';
import { fromDb } from '../../server/store/from-db';
import { migrate } from '../../server/store/migrate';
import { TABLES, type AppRow, type ChangeRow, type LaneRow, type PushRow } from '../../server/store/tables';
import { insertFleet } from '../bench/fleet';
import { createDatabase, type Database, type TestDatabase } from '../integration/databases';
import { openDatabase } from '../integration/open-database';
import { KEY_ID, pluginConfig, publicKey, TEAM_ID } from '../integration/scene';
import { until } from '../until';
import { startProcess, type StrapiProcess } from '../integration/strapi-process';
import { startSimulator, type Simulator, type SimulatorOptions } from '../simulator';
import { startEngine, type EngineOptions, type EngineProcess } from './engine-process';
import { DEVICES } from './size';
import { judge, type JudgeOptions } from './verdict';
import { failpointEnvironment } from './failpoint-environment';

/** One app's production lane with its devices on a database, an APNs for it, and engines to be hit. */
export interface Stage {
  readonly client: Database;
  readonly database: TestDatabase;
  readonly knex: Knex;
  /** The services as this process, which sends nothing, sees them: for acts of "another process". */
  readonly services: Services;
  readonly simulator: Simulator;
  /** Device token → device id: the test's own list. */
  readonly devices: ReadonlyMap<string, number>;
  readonly laneId: number;
  /** The plugin's configuration. */
  readonly config: object;
  /** Starts an engine; it is ended with the test. */
  engine(options?: StageEngine): Promise<EngineProcess>;
  /** Starts a whole Strapi on the stage's database, which must have been opened with `strapi`. */
  strapi(options?: StageStrapi): Promise<StrapiProcess>;
  /** Logs changes as capture does, committed and not numbered. */
  publish(changes?: number): Promise<void>;
  /** The lane's pushes, oldest first. */
  pushes(): Promise<PushRow[]>;
  /** Waits until so many pushes have ended as done; returns the last of them. */
  done(count: number, within?: number): Promise<PushRow>;
  /** Waits until every change was announced and no push is under way. */
  settled(): Promise<void>;
  /** Resumes the lane, as an administrator does at another process. */
  resume(): Promise<void>;
  /** Waits until APNs has taken so many requests. */
  received(count: number): Promise<void>;
  /** Waits until APNs has taken a request for this device token. */
  sentTo(token: string): Promise<void>;
  /** The shared check. Fails with what is missing, repeated without cause, or miscounted. */
  promiseKept(facts?: Partial<JudgeOptions>): Promise<{ repeated: number }>;
  /** Ends every engine, and forgets pushes and requests: the next test begins with the same devices. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export type StageEngine = Partial<EngineOptions> & {
  /** Laid over the stage's plugin configuration, section by section. */
  settings?: Record<string, object>;
};

export interface StageStrapi {
  failpoint?: string;
  env?: Record<string, string>;
  settings?: Record<string, object>;
}

export interface StageOptions {
  devices?: number;
  /** The database can carry a Strapi. */
  strapi?: boolean;
  /** Default: a new one. */
  database?: TestDatabase;
  simulator?: SimulatorOptions;
  /** Laid over the plugin's configuration, section by section. */
  settings?: Record<string, object>;
}

/** What a push to so many devices may take on a busy machine. */
export const WITHIN_MS = 90_000;
export const LEASE_MS = 2_000;
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

export async function openStage(client: Database, options: StageOptions = {}): Promise<Stage> {
  const database = options.database ?? (await createDatabase(client, { empty: options.strapi !== true }));
  const knex = openDatabase(database);
  const keys = [{ keyId: KEY_ID, teamId: TEAM_ID, publicKey }];
  const simulator = await startSimulator({ keys, latencyMs: 5, ...options.simulator });
  const config = withSettings(pluginConfig({ production: simulator, sandbox: simulator }), {
    delivery: {
      leaseMs: LEASE_MS,
      shardSize: Math.max(200, (options.devices ?? DEVICES) / 20),
      retry5xxAfterMs: 200,
      probeAfterMs: 50,
    },
    ...options.settings,
  });
  await migrate({ knex, client, schemaName: null });
  const services = assemble(createBareHost({ knex, client, config, log: QUIET }));
  await services.store.clock.synchronise();
  await services.apps.syncConfig();
  await services.registry.reload();
  const lane = services.registry.apps()[0].lanes.find(({ environment }) => environment === 'production');
  if (!lane) throw new Error('The app has no production lane.');
  await insertFleet(knex, lane.id, options.devices ?? DEVICES);
  const rows = (await knex(TABLES.devices).select('id', 'token')) as { id: number; token: string }[];
  const devices = new Map(rows.map(({ id, token }) => [token, id]));
  const engines: { kill(): Promise<unknown> }[] = [];

  const stage: Stage = {
    client,
    database,
    knex,
    services,
    simulator,
    devices,
    laneId: lane.id,
    config,
    async engine({ settings, ...given } = {}) {
      const engine = await startEngine({ database, config: withSettings(config, settings), ...given });
      engines.push(engine);
      return engine;
    },
    async strapi({ failpoint = '', env, settings } = {}) {
      const strapi = await startProcess({
        database,
        config: withSettings(config, settings),
        env: { ...failpointEnvironment(failpoint), ...env },
      });
      engines.push(strapi);
      return strapi;
    },
    async publish(changes = 1) {
      const app = (await knex<AppRow>(TABLES.apps).first('id')) as { id: number };
      for (let n = 0; n < changes; n++) await knex<ChangeRow>(TABLES.changes).insert(changeRow(app.id));
    },
    async pushes() {
      const pushes = await knex<PushRow>(TABLES.pushes).where({ lane_id: lane.id }).orderBy('id');
      return pushes.map((row) => fromDb(row));
    },
    async done(count, within = WITHIN_MS) {
      const done = await until(
        async () => {
          const ended = (await stage.pushes()).filter((push) => push.ended === 'done');
          return ended.length >= count && ended;
        },
        { within, what: `push ${count} to all devices` },
      );
      return done[count - 1];
    },
    async settled() {
      const isSettled = async () => {
        const { announced, push_id: pushId } = (await knex<LaneRow>(TABLES.lanes)
          .where({ id: lane.id })
          .first()) as LaneRow;
        const { head } = (await knex<AppRow>(TABLES.apps).first('head')) as { head: number };
        const unnumbered = await knex<ChangeRow>(TABLES.changes).whereNull('rev').first('id');
        const running = (await stage.pushes()).some(({ state }) => state === 'running');
        return announced === head && pushId === null && !unnumbered && !running;
      };
      await until(isSettled, { within: WITHIN_MS, what: 'The end of every push' });
    },
    async resume() {
      await resumeLane(services.store, lane, 'the test');
    },
    async received(count) {
      await until(() => simulator.log.length >= count, { within: WITHIN_MS, what: `request ${count}` });
    },
    async sentTo(token) {
      await until(() => simulator.log.some((entry) => entry.token === token), {
        within: WITHIN_MS,
        what: `a request for …${token.slice(-6)}`,
      });
    },
    async promiseKept(facts = {}) {
      const { repeated, ...verdict } = await judge({ knex, simulator, devices, ...facts });
      expect(verdict).toEqual({ missing: [], strangers: [], repeatedWithoutCause: [], miscounted: [] });
      return { repeated };
    },
    async reset() {
      await Promise.all(engines.splice(0).map((engine) => engine.kill()));
      // What a killed process had written is still read: it belongs to this test, not to the next.
      await until(() => simulator.openConnections === 0, { within: 10_000, what: 'The end of every connection' });
      simulator.clear();
      const tables = [TABLES.failureSamples, TABLES.retries, TABLES.shards, TABLES.pushes, TABLES.alarms];
      for (const table of tables) await knex(table).delete();
      const app = (await knex<AppRow>(TABLES.apps).first()) as AppRow;
      await knex<ChangeRow>(TABLES.changes).whereNull('rev').delete();
      await knex<LaneRow>(TABLES.lanes).update({
        pauses: '[]',
        probation: null,
        push_id: null,
        hurry: null,
        announced: app.head,
        handled: app.head,
        accepted_at: null,
      });
      await knex(TABLES.settings).where('key', 'like', 'lease:%').delete();
      await knex(TABLES.devices).update({
        accepted: 0,
        refusals: 0,
        refused_at: null,
        refused_push: null,
        gone_at: null,
        gone_push: null,
      });
    },
    async close() {
      await Promise.all(engines.splice(0).map((engine) => engine.kill()));
      await simulator.close();
      await knex.destroy();
      await database.drop();
    },
  };
  return stage;
}

function withSettings(config: object, settings: Record<string, object> = {}): Record<string, unknown> {
  const laid: Record<string, unknown> = { ...config };
  for (const [section, values] of Object.entries(settings)) {
    laid[section] = { ...(laid[section] as object | undefined), ...values };
  }
  return laid;
}

/** A change as capture writes it. */
export function changeRow(appId: number, fields: Partial<ChangeRow> = {}): Omit<ChangeRow, 'id'> {
  return {
    app_id: appId,
    rev: null,
    content_type: 'api::article.article',
    document_id: randomBytes(12).toString('hex'),
    locale: 'en',
    action: 'publish',
    wakes: 1,
    audience: 'all',
    tags: null,
    at: null,
    choice: null,
    chosen_by: null,
    ...fields,
  };
}
