import http from 'node:http';
import type { AddressInfo } from 'node:net';
import knex from 'knex';
import { tellsAffectedRows } from '../../server/store/compare-and-set';
import { migrate } from '../../server/store/migrate';
import { createStore } from '../../server/store/store';
import { TABLES, type InstanceRow, type LaneRow, type PushRow, type ShardRow } from '../../server/store/tables';
import { createDatabase, eachDatabase } from './databases';
import { BUNDLE_ID, pluginConfig, expectEachReachedOnce, pushRow, startScene, type Scene } from './scene';
import { servicesOf } from './services-of';
import { bootStrapi, type BootedStrapi } from './strapi';
import { until } from '../until';

const PER_SECOND = 400;
/** What may leave at once. */
const BURST = PER_SECOND / 20;

eachDatabase((database) => {
  let scene: Scene;
  beforeAll(async () => {
    const anywhere = { origin: 'https://127.0.0.1:1', ca: '' };
    const { delivery } = pluginConfig({ production: anywhere, sandbox: anywhere });
    scene = await startScene({ database, config: { delivery: { ...delivery, maxPerSecond: PER_SECOND } } });
  });
  afterAll(() => scene.stop());
  afterEach(() => scene.reset());

  it('sends no faster than maxPerSecond, over all lanes together', async () => {
    const tokens = await scene.addDevices(700);
    const others = await scene.addDevices(300, {}, 'sandbox');
    await scene.publish();
    expectEachReachedOnce(scene.simulators.production, tokens, await scene.finished(1));
    expectEachReachedOnce(scene.simulators.sandbox, others, await scene.finished(1, 'sandbox'));
    const times = Object.values(scene.simulators)
      .flatMap(({ log }) => log.map(({ at }) => at))
      .sort((a, b) => a - b);
    // A slow machine sends later, never earlier; what piled up on the way may arrive together.
    const whole = (times[times.length - 1] - times[0]) / 1_000;
    expect(times.length).toBeLessThanOrEqual(PER_SECOND * whole + BURST * 2);
  });

  it('leaves a push of a newer version to the process that understands it', async () => {
    await scene.addDevices(5);
    const { knex: db, now } = scene.services.store;
    const lane = await scene.lane();
    const newer = pushRow(lane.id, now(), { v: 99, rev: lane.announced, hi: 1_000_000, expires_at: now() - 1 });
    await db<PushRow>(TABLES.pushes).insert(newer);
    const [{ id }] = await scene.pushes();
    await db<LaneRow>(TABLES.lanes).where({ id: lane.id }).update({ push_id: id });
    await scene.publish();
    // The other lane shows that the engine had its turn.
    await scene.addDevices(1, {}, 'sandbox');
    await scene.publish();
    await scene.finished(1, 'sandbox');
    const pushes = await scene.pushes();
    expect(pushes).toHaveLength(1);
    expect(pushes[0]).toMatchObject({ v: 99, state: 'running', closing: null, planned_to: 0, beat: 0 });
    expect(scene.simulators.production.log).toHaveLength(0);
    await db<PushRow>(TABLES.pushes).where({ id }).update({ state: 'finished' });
    await db<LaneRow>(TABLES.lanes).where({ id: lane.id }).update({ push_id: null });
    // What waited goes out once the newer push is over.
    await until(async () => (await scene.pushes()).some((push) => push.v < 99 && push.state === 'finished'), {
      within: 30_000,
      what: 'The push of what waited',
    });
  });

  it('is listed among the processes that send from the database', async () => {
    const rows = (await scene.services.store.knex<InstanceRow>(TABLES.instances)) as InstanceRow[];
    expect(rows).toHaveLength(1);
    const { engine } = await scene.services.overview.read();
    expect(engine).toMatchObject({ running: true, code: 'running', instances: 1 });
  });
});

describe('where no cache is in front', () => {
  let scene: Scene;
  const purges: { url: string; at: number }[] = [];
  const cache = http.createServer({ keepAliveTimeout: 0 }, (request, response) => {
    purges.push({ url: request.url ?? '', at: Date.now() });
    response.end();
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => cache.listen(0, '127.0.0.1', resolve));
    const { port } = cache.address() as AddressInfo;
    const anywhere = { origin: 'https://127.0.0.1:1', ca: '' };
    const { delivery } = pluginConfig({ production: anywhere, sandbox: anywhere });
    const url = `http://127.0.0.1:${port}/{app}/{rev}`;
    scene = await startScene({
      config: {
        feed: { cdn: false, requestsPerSecond: PER_SECOND },
        delivery: { ...delivery, beforePush: { url } },
      },
    });
  });
  afterAll(async () => {
    cache.closeAllConnections();
    cache.close();
    await scene?.stop();
  });

  it('wakes no more apps than it can answer, asks them to spread, and tells another cache before', async () => {
    const tokens = await scene.addDevices(1_000);
    await scene.publish();
    const push = await scene.finished(1);
    const { log } = scene.simulators.production;
    expectEachReachedOnce(scene.simulators.production, tokens, push);
    const times = log.map(({ at }) => at).sort((a, b) => a - b);
    const whole = (times[times.length - 1] - times[0]) / 1_000;
    expect(times.length).toBeLessThanOrEqual(PER_SECOND * whole + BURST * 2);
    const { content } = push.payload as { content: { spread: number } };
    expect(content.spread).toBe(Math.ceil(1_000 / PER_SECOND));
    const last = purges.at(-1)!;
    expect(last.url).toBe(`/${BUNDLE_ID}/${push.rev}`);
    expect(last.at).toBeLessThanOrEqual(times[0]);
    expect((await scene.services.overview.read()).pace).toEqual({ perSecond: PER_SECOND, by: 'feed' });
  });
});

describe('where pushes go to devices of some locales', () => {
  let scene: Scene;
  beforeAll(async () => {
    const triggers = [
      { name: 'articles', contentType: 'api::article.article', apps: [BUNDLE_ID], audience: 'locale' },
      { name: 'notes', contentType: 'api::note.note', apps: [BUNDLE_ID] },
    ];
    scene = await startScene({ config: { triggers } });
  });
  afterAll(() => scene.stop());

  it('a device is not told that it missed what went to others', async () => {
    await scene.addDevices(2, { locale: 'en' });
    await scene.addDevices(2, { locale: 'fr' });
    const documents = (uid: string) =>
      scene.booted.strapi.documents(uid as never) as unknown as { create(params: object): Promise<unknown> };
    const push = async (count: number, uid: string, params: object) => {
      await documents(uid).create({ ...params, status: 'published' });
      const { payload } = await scene.finished(count);
      return (payload as { content: { since: number; rev: number; changes: unknown[] } }).content;
    };
    const article = (locale: string) => ({ locale, data: { title: locale } });
    const everybody = await push(1, 'api::note.note', { data: { text: 'all' } });
    const english = await push(2, 'api::article.article', article('en'));
    expect(english.since).toBe(everybody.rev);
    const french = await push(3, 'api::article.article', article('fr'));
    // It got the first push and not the second.
    expect(french.since).toBe(everybody.rev);
    expect(french.changes).toHaveLength(2);
    const again = await push(4, 'api::article.article', article('fr'));
    expect(again.since).toBe(french.rev);
    const all = await push(5, 'api::note.note', { data: { text: 'all' } });
    expect(all.since).toBe(everybody.rev);
    expect((await push(6, 'api::article.article', article('en'))).since).toBe(all.rev);
  });
});

describe('where nothing is sent', () => {
  let booted: BootedStrapi;
  beforeAll(async () => {
    const anywhere = { origin: 'https://127.0.0.1:1', ca: '' };
    const { apps, triggers } = pluginConfig({ production: anywhere, sandbox: anywhere });
    booted = await bootStrapi({ config: { apps, triggers, delivery: { enabled: false } } });
  });
  afterAll(() => booted?.stop());

  it('apps that ask find what changed all the same', async () => {
    const { feed, overview } = servicesOf(booted.strapi);
    const before = (await feed.position(BUNDLE_ID))!.head;
    const documents = booted.strapi.documents('api::article.article' as never) as unknown as {
      create(params: object): Promise<unknown>;
    };
    await documents.create({ status: 'published', data: { title: 'Quiet' } });
    const numbered = async () => (await feed.position(BUNDLE_ID))!.head > before;
    await until(numbered, { within: 30_000, what: 'A number for the change' });
    expect((await overview.read()).engine).toMatchObject({ running: false, code: 'disabled' });
    expect(await booted.strapi.db.connection(TABLES.pushes).select('id')).toEqual([]);
  });
});

describe('where APNs allows few streams', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene({ simulator: { streams: 7, latencyMs: 2 } });
  });
  afterAll(() => scene.stop());

  it('shares them among the shards that are in work at once', async () => {
    const tokens = await scene.addDevices(2_400);
    await scene.publish();
    const push = await scene.finished(1);
    expectEachReachedOnce(scene.simulators.production, tokens, push);
    expect(push.shards.total).toBeGreaterThan(4);
    // A shard that had to be given up in between would have been claimed again.
    const shards = await scene.services.store.knex<ShardRow>(TABLES.shards).where({ push_id: push.id });
    expect(shards.every(({ fence }) => fence === 1)).toBe(true);
  });
});

describe('where the work on a shard fails', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene();
  });
  afterAll(() => scene.stop());
  afterEach(() => scene.reset());

  /** Waits until a statement has failed so often, and expects that it was not tried again and again without a pause. */
  async function triedNowAndThen(message: string): Promise<void> {
    const { knex } = scene.services.store;
    const at: number[] = [];
    const note = (error: Error) => void (error.message.includes(message) && at.push(performance.now()));
    knex.on('query-error', note);
    try {
      await until(() => at.length >= 5, { within: 30_000, what: 'The fifth try' });
    } finally {
      knex.off('query-error', note);
    }
    expect(at[4] - at[0]).toBeGreaterThan(1_000);
  }

  it('tries now and then to claim a shard, and sends when it can', async () => {
    const { knex } = scene.services.store;
    const tokens = await scene.addDevices(300);
    await knex.raw(
      `create trigger deny before update of fence on ${TABLES.shards} begin select raise(abort, 'denied'); end`,
    );
    try {
      await scene.publish();
      await triedNowAndThen('denied');
    } finally {
      await knex.raw('drop trigger deny');
    }
    expectEachReachedOnce(scene.simulators.production, tokens, await scene.finished(1));
  });

  it('tries now and then to read a shard, and sends when it can', async () => {
    const { knex } = scene.services.store;
    const tokens = await scene.addDevices(299, { accepted: 1 });
    // Not of the canary, which is chosen at random among those without a refusal.
    tokens.push(...(await scene.addDevices(1, { accepted: 1, refusals: 1, refused_at: 1 })));
    const columns = Object.keys(await knex(TABLES.devices).columnInfo()).filter((column) => column !== 'token');
    // A view in its place, in which one token cannot be read: there is no such negative number.
    const unreadable = `case id when (select max(id) from kept) then abs(-9223372036854775808) else token end as token`;
    await knex.raw(`alter table ${TABLES.devices} rename to kept`);
    await knex.raw(`create view ${TABLES.devices} as select ${columns.join(', ')}, ${unreadable} from kept`);
    try {
      await scene.publish();
      await triedNowAndThen('integer overflow');
      // The canary.
      expect(scene.simulators.production.accepted().size).toBe(100);
    } finally {
      await knex.raw(`drop view ${TABLES.devices}`);
      await knex.raw(`alter table kept rename to ${TABLES.devices}`);
    }
    expectEachReachedOnce(scene.simulators.production, tokens, await scene.finished(1));
  });
});

it('recognises a database driver that does not tell how many rows an UPDATE found', async () => {
  const database = await createDatabase('sqlite', { empty: true });
  const open = (postProcessResponse: (response: unknown) => unknown) =>
    knex({
      client: 'better-sqlite3',
      connection: { filename: database.file! },
      useNullAsDefault: true,
      postProcessResponse,
    });
  const honest = open((response) => response);
  await migrate({ knex: honest, client: 'sqlite', schemaName: null });
  expect(await tellsAffectedRows(createStore({ knex: honest, client: 'sqlite' }))).toBe(true);
  await honest.destroy();
  const silent = open((response) => (typeof response === 'number' ? undefined : response));
  expect(await tellsAffectedRows(createStore({ knex: silent, client: 'sqlite' }))).toBe(false);
  await silent.destroy();
  const constant = open((response) => (typeof response === 'number' ? 1 : response));
  expect(await tellsAffectedRows(createStore({ knex: constant, client: 'sqlite' }))).toBe(false);
  await constant.destroy();
  await database.drop();
});
