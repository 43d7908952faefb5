import type { Knex } from 'knex';
import { readNumber } from './from-db';
import { createIdleLimit } from './idle-limit';
import type { Client } from './store';
import { MIGRATIONS_TABLE } from './tables';

/** The number that stands for our migrations among the advisory locks of a PostgreSQL database. */
const POSTGRES_KEY = 1_651_667_053;
const MYSQL_NAME = '.background_push_migrations';

/** How PostgreSQL says that `lock_timeout` ran out. */
const LOCK_NOT_AVAILABLE = '55P03';

export interface MigrationLock {
  knex: Knex;
  client: Client;
  /** How long to wait for another process that migrates. */
  waitMs: number;
}

/** @param alone whether no other process can be migrating */
type Work<T> = (db: Knex, alone: boolean) => Promise<T>;

/**
 * Runs `work` while no other process of ours does, where the database has a lock that dies with its holder. Knex's own
 * lock is a row in a table, and several processes that make that table at once can leave two rows in it.
 *
 * @throws when another process held it for `waitMs`, and whatever `work` throws
 */
export async function whileAlone<T>(lock: MigrationLock, work: Work<T>): Promise<T> {
  switch (lock.client) {
    case 'postgres':
      return onPostgres(lock, work);
    case 'mysql':
      return onMysql(lock, work);
    case 'sqlite':
      return work(lock.knex, false);
  }
}

/** All in one transaction on one connection: a lock of the session would be another's behind a transaction pooler. */
async function onPostgres<T>({ knex, waitMs }: MigrationLock, work: Work<T>): Promise<T> {
  const limitIdle = createIdleLimit('postgres');
  return knex.transaction((guard) =>
    limitIdle(guard, async (trx) => {
      await trx.raw(`set local lock_timeout = ${waitMs}`);
      await trx.raw('select pg_advisory_xact_lock(?)', [POSTGRES_KEY]).catch((error: unknown) => {
        throw (error as { code?: unknown }).code === LOCK_NOT_AVAILABLE ? occupied(waitMs) : error;
      });
      await trx.raw('set local lock_timeout to default');
      return work(trx, true);
    }),
  );
}

/** MySQL commits at each table it makes, so the lock is its connection's, which a second one works beside. */
async function onMysql<T>({ knex, waitMs }: MigrationLock, work: Work<T>): Promise<T> {
  const pool = (knex.client as { pool?: { max?: number } }).pool;
  if ((pool?.max ?? 1) < 2) return work(knex, false);
  const guard = await knex.transaction();
  try {
    const [[row]] = (await guard.raw('select get_lock(concat(left(database(), 30), ?), ?) as taken', [
      MYSQL_NAME,
      Math.ceil(waitMs / 1000),
    ])) as [[{ taken: unknown }]];
    if (readNumber(row.taken) !== 1) throw occupied(waitMs);
    return await work(knex, true);
  } finally {
    await guard.raw('select release_lock(concat(left(database(), 30), ?))', [MYSQL_NAME]).catch(() => undefined);
    await guard.rollback().catch(() => undefined);
  }
}

const occupied = (waitMs: number) => new Error(`another process has been migrating the database for ${waitMs} ms`);

const LOCK_TABLE = `${MIGRATIONS_TABLE}_lock`;

/**
 * Makes the table of Knex's lock what Knex expects, one row: with two, no process gets the lock ever again, because
 * Knex counts the rows that it locked. Where no other process can be migrating, a row that is locked was left behind by
 * one that was killed.
 */
export async function mendLockTable(db: Knex, alone: boolean): Promise<void> {
  if (!(await db.schema.hasTable(LOCK_TABLE))) return;
  const [first, ...surplus] = await db<LockRow>(LOCK_TABLE).orderBy('index');
  for (const { index } of surplus) await db<LockRow>(LOCK_TABLE).where({ index }).delete();
  if (alone && first?.is_locked) await db<LockRow>(LOCK_TABLE).update({ is_locked: 0 });
}

/** As Knex made it. */
interface LockRow {
  index: number;
  is_locked: 0 | 1;
}
