import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { recordAct } from '../../server/acts/record-act';
import { createFeed } from '../../server/feed';
import { createHousekeeper } from '../../server/retention/housekeeper';
import { holdLease, releaseLease } from '../../server/store/leases';
import { migrate } from '../../server/store/migrate';
import { createStore, type Store } from '../../server/store/store';
import {
  TABLES,
  type ActRow,
  type AppRow,
  type ChangeRow,
  type LaneRow,
  type PushRow,
} from '../../server/store/tables';
import { createDatabase, eachDatabase, type TestDatabase } from './databases';
import { openDatabase } from './open-database';
import { BUNDLE_ID, deviceRow, pushRow } from './scene';

const DAY_MS = 86_400_000;
const retention = { pushesDays: 90, changesDays: 60, samplesDays: 14, unseenDevicesDays: 270 };
const NOTHING = { pushes: 0, acts: 0, samples: 0, changes: 0, devices: 0, instances: 0 };

eachDatabase((client) => {
  let database: TestDatabase;
  let knex: Knex;
  let store: Store;
  const lines: string[] = [];

  beforeAll(async () => {
    database = await createDatabase(client, { empty: true });
    knex = openDatabase(database);
    await migrate({ knex, client, schemaName: null });
    store = createStore({ knex, client });
  });
  afterAll(async () => {
    await knex.destroy();
    await database.drop();
  });

  let appId: number;
  let laneId: number;
  beforeEach(async () => {
    for (const table of ['failureSamples', 'retries', 'shards', 'pushes', 'devices', 'changes', 'instances'] as const)
      await knex(TABLES[table]).delete();
    for (const table of [TABLES.lanes, TABLES.apps]) await knex(table).delete();
    appId = await addApp(BUNDLE_ID);
    laneId = await addLane(appId, 'production');
  });

  /** The housekeeper of a process that looks so many days later. */
  const housekeeper = (days: number) =>
    createHousekeeper({
      store: createStore({ knex, client, clockOffsetMs: days * DAY_MS }),
      config: { retention },
      owner: randomUUID(),
      log: { info: (line) => lines.push(line), warn: (line) => lines.push(line) },
    });
  const after = async (days: number) => housekeeper(days).runOnce();

  async function idOf(table: string, where: object): Promise<number> {
    const row = (await knex(table).where(where).orderBy('id', 'desc').first('id')) as { id: number };
    return row.id;
  }

  async function addApp(bundleId: string): Promise<number> {
    const now = store.now();
    const app = { bundle_id: bundleId, name: bundleId, custom_keys: '{}', source: 'panel', enabled: 1, epoch: 'e' };
    await knex(TABLES.apps).insert({ ...app, created_at: now, updated_at: now });
    return idOf(TABLES.apps, { bundle_id: bundleId });
  }

  async function addLane(app: number, environment: string, row: Partial<LaneRow> = {}): Promise<number> {
    const times = { created_at: store.now(), updated_at: store.now() };
    const lane = { app_id: app, environment, credential_source: 'panel', pauses: '[]' };
    await knex(TABLES.lanes).insert({ ...lane, ...times, ...row });
    return idOf(TABLES.lanes, { app_id: app, environment });
  }

  /** Numbered changes, a day apart, the last of them today. */
  async function addChanges(count: number): Promise<void> {
    const now = store.now();
    for (let rev = 1; rev <= count; rev++) {
      const at = now - (count - rev) * DAY_MS;
      const subject = { content_type: 't', document_id: `d${rev}`, locale: null };
      const change = { app_id: appId, rev, ...subject, action: 'publish', wakes: 1, audience: 'all', at };
      await knex(TABLES.changes).insert(change);
    }
    await knex(TABLES.apps).where({ id: appId }).update({ head: count });
  }

  const revs = async () =>
    ((await knex<ChangeRow>(TABLES.changes).whereNotNull('rev').orderBy('rev').select('rev')) as { rev: number }[]).map(
      ({ rev }) => rev,
    );

  async function addPush(row: Partial<PushRow> = {}): Promise<number> {
    const now = store.now();
    const ended = { state: 'finished', ended: 'done', expires_at: now, finished_at: now } as const;
    const push = pushRow(laneId, now, { ...ended, ...row });
    await knex(TABLES.pushes).insert(push);
    const id = await idOf(TABLES.pushes, { uuid: push.uuid });
    const shard = { push_id: id, seq: 0, lo: 0, hi: 9, cursor: 9, state: 'done', reasons: '{}' };
    await knex(TABLES.shards).insert(shard);
    const shardId = await idOf(TABLES.shards, { push_id: id });
    const hash = 'h'.repeat(64);
    const retry = { push_id: id, shard_id: shardId, device_id: 1, token_hash: hash, cause: 'status', due_at: now };
    await knex(TABLES.retries).insert(retry);
    const sample = { push_id: id, lane_id: laneId, status: 400, reason: 'r', device_id: 1, token_tail: 'abcdef' };
    await knex(TABLES.failureSamples).insert({ ...sample, at: now });
    return id;
  }

  const ids = async (table: string, column = 'id') =>
    ((await knex(table).orderBy(column).select(column)) as Record<string, number>[]).map((row) => row[column]);

  it('deletes acts as old as the pushes it deletes, whatever they were done to', async () => {
    const at = store.now();
    const by = 'Ada Lovelace';
    const lane = { id: laneId, appId, bundleId: BUNDLE_ID, environment: 'production' as const };
    await recordAct(knex, { act: 'pause', by, at, lane });
    await recordAct(knex, { act: 'remove-trigger', by, at, params: { name: 'pages' } });
    await recordAct(knex, { act: 'resume', by, at: at + DAY_MS, lane });
    expect(await after(retention.pushesDays - 1)).toEqual(NOTHING);
    expect(await after(retention.pushesDays + 0.5)).toEqual({ ...NOTHING, acts: 2 });
    expect(await knex<ActRow>(TABLES.acts).select('act')).toEqual([{ act: 'resume' }]);
    await knex(TABLES.acts).delete();
  });

  it('deletes finished pushes of long ago with all that belongs to them, and no others', async () => {
    const now = store.now();
    for (let i = 0; i < 12; i++) await addPush();
    const kept = [
      await addPush({ finished_at: now + DAY_MS }),
      await addPush({ state: 'running', ended: null, finished_at: null }),
      await addPush({ v: 99 }),
    ];
    expect(await after(90.5)).toEqual({ ...NOTHING, pushes: 12, samples: 3 });
    expect(await ids(TABLES.pushes)).toEqual(kept);
    expect(await ids(TABLES.shards, 'push_id')).toEqual(kept);
    expect(await ids(TABLES.retries, 'push_id')).toEqual(kept);
  });

  it('deletes samples of failures sooner than their pushes', async () => {
    const [first, second] = [await addPush(), await addPush()];
    await knex(TABLES.failureSamples)
      .where({ push_id: second })
      .update({ at: store.now() + DAY_MS });
    expect(await after(14.5)).toEqual({ ...NOTHING, samples: 1 });
    expect(await ids(TABLES.failureSamples, 'push_id')).toEqual([second]);
    expect(await ids(TABLES.pushes)).toEqual([first, second]);
  });

  it('deletes the old part of the log, and the feed answers who asks for it with a reset', async () => {
    await addChanges(450);
    await knex(TABLES.lanes).update({ announced: 450, handled: 450 });
    const unnumbered = { app_id: appId, rev: null, action: 'refresh', wakes: 1, audience: 'all', at: null };
    await knex(TABLES.changes).insert(unnumbered);
    // Of today and the 59 days before.
    expect(await after(0.5)).toEqual({ ...NOTHING, changes: 390 });
    expect(await revs()).toEqual(Array.from({ length: 60 }, (_, i) => 391 + i));
    expect(await knex<ChangeRow>(TABLES.changes).whereNull('rev')).toHaveLength(1);
    expect(await knex<AppRow>(TABLES.apps).first()).toMatchObject({ floor: 390, head: 450 });

    const feed = createFeed({ store, pathOf: () => null });
    const read = (since: number) => feed.read({ app: BUNDLE_ID, epoch: 'e', since });
    expect(await read(389)).toMatchObject({ changes: [], meta: { reset: true } });
    const page = await read(390);
    expect(page).toMatchObject({ meta: { reset: false, rev: 450 } });
    expect(page.kind === 'page' && page.changes).toHaveLength(60);
    expect(await after(0.5)).toEqual(NOTHING);
  });

  it('keeps what a lane has yet to announce, however old; one that is not set up holds nothing back', async () => {
    await addChanges(10);
    await knex(TABLES.lanes).where({ id: laneId }).update({ announced: 7, handled: 10 });
    await addLane(appId, 'sandbox', { credential_source: null, announced: 0 });
    expect(await after(100)).toEqual({ ...NOTHING, changes: 7 });
    expect(await revs()).toEqual([8, 9, 10]);
    await knex(TABLES.lanes).where({ id: laneId }).update({ announced: 10 });
    expect(await after(100)).toEqual({ ...NOTHING, changes: 3 });
    expect(await knex<AppRow>(TABLES.apps).first()).toMatchObject({ floor: 10, head: 10 });
  });

  it('deletes devices that were not seen for long', async () => {
    const now = store.now();
    const rows = Array.from({ length: 1_200 }, (_, i) =>
      deviceRow(laneId, now, { seen_at: i % 2 === 0 ? now : now + DAY_MS }),
    );
    for (let from = 0; from < rows.length; from += 50) await knex(TABLES.devices).insert(rows.slice(from, from + 50));
    const [{ id }] = (await knex(TABLES.devices).where({ public_id: rows[0].public_id })) as { id: number }[];
    await knex(TABLES.deviceTags).insert({ device_id: id, tag: 'sport' });
    expect(await after(269.5)).toEqual(NOTHING);
    expect(await after(270.5)).toEqual({ ...NOTHING, devices: 600 });
    expect(await knex(TABLES.devices).where('seen_at', '<=', now)).toEqual([]);
    expect(await knex(TABLES.devices)).toHaveLength(600);
    expect(await knex(TABLES.deviceTags)).toEqual([]);
  });

  it('deletes the devices of an app that was removed, and of no other', async () => {
    const gone = await addApp('com.example.gone');
    const goneLane = await addLane(gone, 'production', { credential_source: null });
    for (let i = 0; i < 5; i++) {
      await knex(TABLES.devices).insert([deviceRow(goneLane, store.now()), deviceRow(laneId, store.now())]);
    }
    expect(await after(0)).toEqual(NOTHING);
    await knex(TABLES.apps).where({ id: gone }).update({ removed_at: store.now() });
    expect(await after(0)).toEqual({ ...NOTHING, devices: 5 });
    expect(await ids(TABLES.devices, 'lane_id')).toEqual(Array.from({ length: 5 }, () => laneId));
  });

  it('forgets processes that were not seen for a day', async () => {
    const now = store.now();
    await knex(TABLES.instances).insert({ id: 'old', started_at: now, seen_at: now });
    await knex(TABLES.instances).insert({ id: 'new', started_at: now, seen_at: now + DAY_MS });
    expect(await after(1.5)).toEqual({ ...NOTHING, instances: 1 });
    expect(await knex(TABLES.instances)).toMatchObject([{ id: 'new' }]);
  });

  it('is done by one process at a time, and by the next as soon as that one is through', async () => {
    for (let i = 0; i < 40; i++) await addPush();
    const counts = await Promise.all([after(100), after(100), after(100)]);
    expect(counts.map(({ pushes }) => pushes).sort((a, b) => a - b)).toEqual([0, 0, 40]);
    await holdLease(store, 'lease:housekeeping', 'another', 60_000);
    await addPush();
    expect(await after(0)).toEqual(NOTHING);
    await releaseLease(store, 'lease:housekeeping', 'another');
    expect(await after(100)).toMatchObject({ pushes: 1 });
  });

  it('ends after the batch in hand when the process stops', async () => {
    for (let i = 0; i < 40; i++) await addPush();
    const stopped = housekeeper(100);
    const run = stopped.runOnce();
    await stopped.stop();
    expect((await run).pushes).toBeLessThan(40);
    expect(await after(100)).toMatchObject({ pushes: 40 - (await run).pushes });
  });
});
