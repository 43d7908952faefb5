import { servicesOf } from './services-of';
import { ENVIRONMENTS, type Environment, type PushDetail } from '../../server/admin-api/contract';
import { createHash, randomUUID } from 'node:crypto';
import { TABLES, type DeviceRow, type LaneRow, type PushRow } from '../../server/store/tables';
import { sequenceApp } from '../../server/pipeline/log';
import { type Services } from '../../server/services';
import { createSigningKey, startSimulator, type Simulator, type SimulatorOptions } from '../simulator';
import type { Database, TestDatabase } from './databases';
import { bootStrapi, type BootedStrapi } from './strapi';
import type { TestApp } from './test-app';
import { until } from '../until';

export const BUNDLE_ID = 'com.example.news';
export const KEY_ID = 'ABCDEFGHIJ';
export const TEAM_ID = 'TEAM123456';

/** A Strapi with one app, whose lanes end at a simulator each. */
export interface Scene {
  booted: BootedStrapi;
  services: Services;
  simulators: Record<Environment, Simulator>;
  /** Publishes a new article through the Document Service. */
  publish(title?: string): Promise<string>;
  /** Puts devices into a lane, as if they had registered; returns their tokens in order of id. */
  addDevices(
    count: number,
    fields?: Partial<DeviceRow>,
    environment?: Environment,
    bundleId?: string,
  ): Promise<string[]>;
  lane(environment?: Environment, bundleId?: string): Promise<LaneRow>;
  /** The lane's pushes, oldest first. */
  pushes(environment?: Environment, bundleId?: string): Promise<PushRow[]>;
  /** Waits until so many pushes of the lane have finished and returns the last of them. */
  finished(count: number, environment?: Environment, bundleId?: string): Promise<PushDetail>;
  /** Forgets devices, pushes and pauses, and what the simulators saw: the next test begins as on a new boot. */
  reset(): Promise<void>;
  /** Waits until the lane is paused, or is not. */
  paused(paused: boolean, environment?: Environment, bundleId?: string): Promise<LaneRow>;
  stop(): Promise<void>;
}

export interface SceneOptions {
  /** Default: the test app, whose articles have no relations. */
  app?: TestApp;
  /** A client: a new database. A `TestDatabase`: the caller's, kept. */
  database?: Database | TestDatabase;
  /** Laid over the scene's own plugin configuration. */
  config?: Record<string, unknown>;
  /** Of both simulators. */
  simulator?: Pick<SimulatorOptions, 'streams' | 'latencyMs'>;
}

const WITHIN_MS = 30_000;

const key = createSigningKey();
const otherKey = createSigningKey();

/** What a simulator must know to take the scene's credential. */
export const { publicKey } = key;

/** The configuration of a lane's credential that the simulators know, and of one they do not. */
export const credential = { keyId: KEY_ID, teamId: TEAM_ID, key: key.privateKeyPem };
export const wrongCredential = { keyId: KEY_ID, teamId: TEAM_ID, key: otherKey.privateKeyPem };

export async function startScene({ app, database = 'sqlite', config, simulator }: SceneOptions = {}): Promise<Scene> {
  const keys = [{ keyId: KEY_ID, teamId: TEAM_ID, publicKey: key.publicKey }];
  const production = await startSimulator({ ...simulator, keys });
  // One authority for both: the plugin trusts one more, not one per lane.
  const sandbox = await startSimulator({
    ...simulator,
    keys,
    environment: 'sandbox',
    authority: production.authority,
  });
  const simulators = { production, sandbox };
  const booted = await bootStrapi({
    app,
    database,
    config: {
      ...pluginConfig(simulators),
      ...config,
    },
  });
  const scene = createScene(booted, simulators);
  // New tables log a `refresh`, which nobody is there to hear: the marks pass it before a test begins.
  for (const environment of ENVIRONMENTS) {
    const { id } = await scene.lane(environment);
    // Without the quiet: a test's own window may be longer than any test waits.
    await scene.services.control.sendNow(id, 'the scene').catch(() => undefined);
    const passed = async () => (await scene.lane(environment)).handled > 0;
    await until(passed, { within: WITHIN_MS, what: `the ${environment} lane's first refresh` });
  }
  return scene;
}

/** Short windows and leases, so that tests need not wait. */
export function pluginConfig({ production, sandbox }: Record<Environment, Pick<Simulator, 'origin' | 'ca'>>) {
  return {
    apps: [{ bundleId: BUNDLE_ID, name: 'News', production: credential, sandbox: credential }],
    triggers: [{ name: 'articles', contentType: 'api::article.article', apps: [BUNDLE_ID] }],
    coalesce: { quietMs: 50, maxWaitMs: 500, pushesPerHour: { production: 0, sandbox: 0 } },
    // Nothing here answers apps, so nothing is to be slowed down for them.
    feed: { cdn: true },
    delivery: { leaseMs: 5_000, shardSize: 500, retry5xxAfterMs: 200, probeAfterMs: 50 },
    apns: {
      requestTimeoutMs: 15_000,
      origin: { production: production.origin, sandbox: sandbox.origin },
      ca: production.ca,
    },
  };
}

function createScene(booted: BootedStrapi, simulators: Record<Environment, Simulator>): Scene {
  const services = servicesOf(booted.strapi);
  const { knex } = services.store;
  const laneId = (environment: Environment, bundleId = BUNDLE_ID) => {
    const lane = services.registry.lane(bundleId, environment);
    if (!lane) throw new Error(`${bundleId} has no ${environment} lane`);
    return lane.id;
  };

  const lane = async (environment: Environment = 'production', bundleId?: string) =>
    (await knex<LaneRow>(TABLES.lanes)
      .where({ id: laneId(environment, bundleId) })
      .first()) as LaneRow;
  const pushes = async (environment: Environment = 'production', bundleId?: string) =>
    (await knex<PushRow>(TABLES.pushes)
      .where({ lane_id: laneId(environment, bundleId) })
      .orderBy('id')) as PushRow[];

  return {
    booted,
    services,
    simulators,
    lane,
    pushes,
    async publish(title = 'Published') {
      const documents = booted.strapi.documents('api::article.article' as never) as unknown as {
        create(params: object): Promise<{ documentId: string }>;
      };
      return (await documents.create({ status: 'published', data: { title } })).documentId;
    },
    async addDevices(count, fields = {}, environment = 'production', bundleId = BUNDLE_ID) {
      const now = services.store.now();
      const rows = Array.from({ length: count }, () => deviceRow(laneId(environment, bundleId), now, fields));
      for (let from = 0; from < rows.length; from += 50) await knex(TABLES.devices).insert(rows.slice(from, from + 50));
      return rows.map(({ token }) => token);
    },
    async finished(count, environment = 'production', bundleId = BUNDLE_ID) {
      const done = await until(
        async () => {
          const ended = (await pushes(environment, bundleId)).filter(({ state }) => state === 'finished');
          return ended.length >= count && ended;
        },
        { within: WITHIN_MS, what: `${count} finished pushes of the ${environment} lane` },
      );
      return (await services.overview.push(done[count - 1].id)) as PushDetail;
    },
    async reset() {
      simulators.production.clear();
      simulators.sandbox.clear();
      await until(async () => (await knex(TABLES.pushes).where({ state: 'running' })).length === 0, {
        within: WITHIN_MS,
        what: 'the end of the last test’s pushes',
      });
      for (const table of [TABLES.failureSamples, TABLES.retries, TABLES.shards, TABLES.pushes, TABLES.devices]) {
        await knex(table).delete();
      }
    },
    async paused(paused, environment = 'production', bundleId = BUNDLE_ID) {
      return until(
        async () => {
          const row = await lane(environment, bundleId);
          return (row.pauses !== '[]') === paused && row;
        },
        { within: WITHIN_MS, what: `the ${environment} lane is ${paused ? 'paused' : 'not paused'}` },
      );
    },
    async stop() {
      await booted.stop();
      await simulators.production.close();
      await simulators.sandbox.close();
    },
  };
}

/** Gives an app's changes their numbers, where the engine was stopped. */
export async function number({ services: { store, registry } }: Scene): Promise<void> {
  for (const app of registry.apps()) await sequenceApp(store, app.id);
}

/** A device as its row, with a token of its own. */
export function deviceRow(laneId: number, now: number, fields: Partial<DeviceRow> = {}) {
  const token = createHash('sha256').update(randomUUID()).digest('hex');
  return {
    public_id: randomUUID(),
    lane_id: laneId,
    token,
    token_hash: createHash('sha256').update(token).digest('hex'),
    secret_hash: token,
    registered_at: now,
    seen_at: now,
    created_at: now,
    ...fields,
  };
}

/** A running push as its row, of which nothing was planned yet. */
export function pushRow(laneId: number, now: number, fields: Partial<PushRow> = {}) {
  return {
    uuid: randomUUID(),
    lane_id: laneId,
    state: 'running' as const,
    epoch: 'e',
    since: 0,
    rev: 1,
    audience: '"all"',
    payload: '{}',
    guard_scope: 'all' as const,
    reasons: '{}',
    created_at: now,
    expires_at: now + 60_000,
    ...fields,
  };
}

/**
 * What every delivery test ends with: each of these devices got exactly one valid push, no other did, and the
 * plugin's counters say the same.
 */
export function expectEachReachedOnce(simulator: Simulator, tokens: readonly string[], push: PushDetail): void {
  const { accepted, ...others } = push.counters;
  expectInvariant(push);
  expect(accepted).toBe(tokens.length);
  expect(others).toMatchObject({ rejected: 0, unknown: 0, expired: 0, cancelled: 0, superseded: 0, removed: 0 });
  expect([...simulator.accepted().keys()].sort()).toEqual([...tokens].sort());
  expect([...simulator.accepted().values()].every((times) => times === 1)).toBe(true);
}

/** met = accepted + rejected + unknown + expired + cancelled + superseded + removed + waiting. */
export function expectInvariant({ counters: { met, ...ends } }: Pick<PushDetail, 'counters'>): void {
  expect(Object.values(ends).reduce((sum, count) => sum + count, 0)).toBe(met);
}
