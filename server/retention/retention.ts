import { batches } from '../store/batches';
import type { Knex } from 'knex';
import { fromDb } from '../store/from-db';
import type { Store } from '../store/store';
import {
  TABLES,
  type ActRow,
  type AppliedRow,
  type AppRow,
  type ChangeRow,
  type DeviceRow,
  type FailureSampleRow,
} from '../store/tables';
import type { InstanceRow, LaneRow, PushRow, RetryRow, ShardRow, TestAnswerRow } from '../store/tables';
import { PUSH_VERSION } from '../store/push-version';

/**
 * One batch of a kind of old rows: reads ids, deletes by primary key. A batch is short, so that on SQLite's single
 * connection an editor never waits for more than one.
 *
 * Each yields after a batch with the number of rows it deleted, which may be 0; it ends when nothing is left.
 */
export type Purge = AsyncGenerator<number>;

/** A push has up to some hundred shards and samples. */
const PUSHES = 5;
const ROWS = 500;
/** Each is deleted by its own statement, so that no plan of the database can make a range of them. */
const CHANGES = 200;
/** Rows looked at in one statement; most stay. */
const LOOKED_AT = 5_000;

/** Finished pushes with all that belongs to them. Rows of a newer version are left to it. */
export async function* purgePushes({ knex, transaction }: Store, before: number): Purge {
  for (;;) {
    const rows = await knex<PushRow>(TABLES.pushes)
      .where({ state: 'finished' })
      .where('finished_at', '<', before)
      .where('v', '<=', PUSH_VERSION)
      .orderBy('id')
      .limit(PUSHES)
      .select('id');
    if (rows.length === 0) return;
    const ids = rows.map(({ id }) => id);
    yield await transaction(async (trx) => {
      await trx<FailureSampleRow>(TABLES.failureSamples).whereIn('push_id', ids).delete();
      await trx<RetryRow>(TABLES.retries).whereIn('push_id', ids).delete();
      await trx<AppliedRow>(TABLES.applied).whereIn('push_id', ids).delete();
      await trx<ShardRow>(TABLES.shards).whereIn('push_id', ids).delete();
      return trx<PushRow>(TABLES.pushes).whereIn('id', ids).delete();
    });
  }
}

export function purgeSamples({ knex }: Store, before: number): Purge {
  return purgeOlder<FailureSampleRow>(knex, TABLES.failureSamples, before);
}

/** What APNs said of test pushes. */
export function purgeTestAnswers({ knex }: Store, before: number): Purge {
  return purgeOlder<TestAnswerRow>(knex, TABLES.testAnswers, before);
}

/** What administrators did. */
export function purgeActs({ knex }: Store, before: number): Purge {
  return purgeOlder<ActRow>(knex, TABLES.acts, before);
}

async function* purgeOlder<Row extends { id: number; at: number }>(knex: Knex, table: string, before: number): Purge {
  for await (const within of windowsOf(knex, table)) {
    const old = within(knex<Row>(table).where('at', '<', before));
    for (const ids of batches(idsOf((await old.select('id')) as { id: number }[]), ROWS)) {
      yield await knex(table).whereIn('id', ids).delete();
    }
    yield 0;
  }
}

/**
 * The beginning of each app's log, up to the first change that is young enough or that a lane has yet to announce. The
 * feed's floor rises first: from then on it answers `reset` to who asks for what is about to go.
 */
export async function* purgeChanges(store: Store, before: number): Purge {
  const { knex } = store;
  for (const { id: appId } of await knex<AppRow>(TABLES.apps).orderBy('id').select('id')) {
    for (;;) {
      const rows = await oldestChanges(store, appId, before);
      if (rows.length === 0) break;
      const floor = rows[rows.length - 1].rev as number;
      await knex<AppRow>(TABLES.apps).where({ id: appId }).where('floor', '<', floor).update({ floor });
      yield await store.transaction(async (trx) => {
        let deleted = 0;
        for (const { id } of rows) deleted += await trx<ChangeRow>(TABLES.changes).where({ id }).delete();
        return deleted;
      });
    }
  }
}

async function oldestChanges({ knex }: Store, appId: number, before: number): Promise<ChangeRow[]> {
  const app = await knex<AppRow>(TABLES.apps).where({ id: appId }).first('head', 'removed_at');
  if (!app) return [];
  // A lane that is not set up announces nothing; should it be one day, what is gone is a `refresh` to it.
  const lanes = await knex<LaneRow>(TABLES.lanes)
    .where({ app_id: appId })
    .whereNotNull('credential_source')
    .select('announced');
  const upTo = Math.min(app.head, ...lanes.map(({ announced }) => announced));
  const rows = (await knex<ChangeRow>(TABLES.changes)
    .where({ app_id: appId })
    .where('rev', '<=', upTo)
    .orderBy('rev')
    .limit(CHANGES)
    .select('id', 'rev', 'at')) as ChangeRow[];
  const young = rows.findIndex((row) => (fromDb(row).at ?? 0) >= before);
  return young === -1 ? rows : rows.slice(0, young);
}

/** Devices whose app has not shown itself for long. */
export async function* purgeUnseenDevices({ knex }: Store, before: number): Purge {
  for await (const within of windowsOf(knex, TABLES.devices)) {
    const unseen = within(knex<DeviceRow>(TABLES.devices).where('seen_at', '<', before));
    for (const ids of batches(idsOf((await unseen.select('id')) as { id: number }[]), ROWS)) {
      // Once more: it may have shown itself just now.
      yield await knex<DeviceRow>(TABLES.devices).whereIn('id', ids).where('seen_at', '<', before).delete();
    }
    yield 0;
  }
}

/** Devices of apps that were removed: nobody may push to them any more, and if the app comes back they register anew. */
export async function* purgeRemovedApps({ knex, transaction }: Store): Purge {
  const removed = await knex<AppRow>(TABLES.apps).whereNotNull('removed_at').select('id');
  for (const { id: appId } of removed) {
    const lanes = await knex<LaneRow>(TABLES.lanes).where({ app_id: appId }).select('id');
    for (const { id: laneId } of lanes) {
      for (;;) {
        const rows = await knex<DeviceRow>(TABLES.devices)
          .where({ lane_id: laneId })
          .orderBy('id')
          .limit(ROWS)
          .select('id');
        if (rows.length === 0) break;
        const deleted = await transaction(async (trx) => {
          // The lock: an app that is being added again keeps its devices.
          const gone = await trx<AppRow>(TABLES.apps)
            .where({ id: appId })
            .whereNotNull('removed_at')
            .increment('beat', 1);
          if (gone !== 1) return null;
          const [ids] = batches(idsOf(rows), ROWS);
          return trx<DeviceRow>(TABLES.devices).whereIn('id', ids).delete();
        });
        if (deleted === null) break;
        yield deleted;
      }
    }
  }
}

/** Processes that are gone. */
export async function* purgeInstances({ knex }: Store, before: number): Purge {
  yield await knex<InstanceRow>(TABLES.instances).where('seen_at', '<', before).delete();
}

type Narrow = (query: Knex.QueryBuilder) => Knex.QueryBuilder;

/** Walks through a table in windows of its primary key, because nothing else is indexed by age. */
async function* windowsOf(knex: Knex, table: string): AsyncGenerator<Narrow> {
  for (let lo = 0; ;) {
    const last = (await knex(table)
      .where('id', '>', lo)
      .orderBy('id')
      .offset(LOOKED_AT - 1)
      .first('id')) as { id: number } | undefined;
    const after = lo;
    yield (query) => {
      const open = query.where('id', '>', after);
      return last ? open.where('id', '<=', last.id) : open;
    };
    if (!last) return;
    lo = last.id;
  }
}

const idsOf = (rows: readonly { id: number }[]) => rows.map(({ id }) => id);
