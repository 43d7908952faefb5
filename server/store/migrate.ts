import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { MIGRATIONS, type Migration } from './migrations';
import type { Client } from './store';
import { MIGRATIONS_TABLE } from './tables';

/** What Knex throws when several processes create its bookkeeping tables at once, each database in its own words. */
const RACE =
  /already exists|duplicate key value violates unique constraint "pg_|SQLITE_BUSY|database is locked|no such table: background_push_migrations|background_push_migrations.*exist/i;
const ATTEMPTS = 8;
const LONGEST_SLEEP_MS = 3_000;
const LOCK_NAME = '.background_push_migrations';

/** By name and message, not by class: a driver may bring an Error of its own realm. */
const isLocked = (error: unknown): boolean => (error as { name?: string }).name === 'MigrationLocked';
const isRace = (error: unknown): boolean => RACE.test(String((error as { message?: string }).message));

export interface MigrateOptions {
  knex: Knex;
  client: Client;
  /** PostgreSQL schema, when Strapi uses another than the default. */
  schemaName: string | null;
  /** How long to wait for another process that migrates. */
  waitMs?: number;
  migrations?: readonly Migration[];
}

/**
 * Brings the plugin's tables up to date. Several processes may do it at once, and one that was killed half-way locks
 * nobody out: on SQLite and PostgreSQL everything rolls back; MariaDB commits each statement and keeps Knex's lock row,
 * so there a named lock, which dies with its connection, tells whether that row is stale.
 *
 * @returns the names of the migrations that this call ran
 * @throws the database's error when a migration cannot run
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const { knex, client, waitMs = 60_000 } = options;
  const config = knexConfig(options);
  const latest = () => latestWithRetries(knex, config, waitMs);
  const pool = (knex.client as { pool?: { max?: number } }).pool;
  // The named lock needs a second connection.
  if (client !== 'mysql' || (pool?.max ?? 1) < 2) return latest();
  const guard = await knex.transaction();
  try {
    const [[row]] = (await guard.raw('select get_lock(concat(left(database(), 30), ?), ?) as taken', [
      LOCK_NAME,
      Math.ceil(waitMs / 1000),
    ])) as [[{ taken: number }]];
    if (row.taken !== 1) throw new Error(`another process has been migrating the database for ${waitMs} ms`);
    if (await hasStaleLock(knex)) await knex.migrate.forceFreeMigrationsLock(config);
    return await latest();
  } finally {
    await guard.raw('select release_lock(concat(left(database(), 30), ?))', [LOCK_NAME]).catch(() => undefined);
    await guard.rollback().catch(() => undefined);
  }
}

function knexConfig({ schemaName, migrations = MIGRATIONS }: MigrateOptions): Knex.MigratorConfig {
  return {
    migrationSource: {
      getMigrations: () => Promise.resolve([...migrations]),
      getMigrationName: (migration: Migration) => migration.name,
      getMigration: (migration: Migration) => Promise.resolve(migration),
    },
    tableName: MIGRATIONS_TABLE,
    schemaName: schemaName ?? undefined,
    // An older version of the plugin must boot on the tables of a newer one.
    disableMigrationsListValidation: true,
  };
}

/** Another process may migrate for long, so its lock is waited for; a race to create the same table is over soon. */
async function latestWithRetries(knex: Knex, config: Knex.MigratorConfig, waitMs: number): Promise<string[]> {
  const deadline = performance.now() + waitMs;
  for (let attempt = 0; ; attempt++) {
    try {
      const [, ran] = (await knex.migrate.latest(config)) as [number, string[]];
      return ran;
    } catch (error) {
      const again = isLocked(error) ? performance.now() < deadline : isRace(error) && attempt < ATTEMPTS;
      if (!again) throw error;
      await sleep(Math.min(100 * 2 ** attempt, LONGEST_SLEEP_MS) + Math.random() * 100);
    }
  }
}

async function hasStaleLock(knex: Knex): Promise<boolean> {
  const table = `${MIGRATIONS_TABLE}_lock`;
  if (!(await knex.schema.hasTable(table))) return false;
  const row = (await knex(table).max('is_locked as locked').first()) as { locked: number | null } | undefined;
  return Boolean(row?.locked);
}
