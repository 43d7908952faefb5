import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { mendLockTable, whileAlone } from './migration-lock';
import type { Migration } from './migration';
import { MIGRATIONS } from './migrations';
import { qualify } from './qualify';
import type { Client } from './store';
import { MIGRATIONS_TABLE } from './tables';

/** What Knex throws when several processes create its bookkeeping tables at once, each database in its own words. */
const RACE =
  /already exists|duplicate key value violates unique constraint "pg_|SQLITE_BUSY|database is locked|no such table: background_push_migrations|background_push_migrations.*exist/i;
const ATTEMPTS = 8;
const LONGEST_SLEEP_MS = 3_000;

/** By name and message, not by class: a driver may bring an Error of its own realm. */
const isLocked = (error: unknown): boolean => (error as { name?: string }).name === 'MigrationLocked';
const isRace = (error: unknown): boolean => RACE.test(String((error as { message?: string }).message));

export interface MigrateOptions {
  /** Strapi's own, not the store's: Knex's migrator names the schema of its tables by itself. */
  knex: Knex;
  client: Client;
  /** PostgreSQL schema, when Strapi uses another than the default. */
  schemaName: string | null;
  /** How long to wait for another process that migrates. */
  waitMs?: number;
  migrations?: readonly Migration[];
}

/**
 * Brings the plugin's tables up to date. Several processes may do it at once, one that was killed half-way locks nobody
 * out, and neither does what an earlier race left in the table of Knex's lock.
 *
 * @returns the names of the migrations that this call ran
 * @throws the database's error when a migration cannot run
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const { knex, client, schemaName, waitMs = 60_000 } = options;
  const config = knexConfig(options);
  return withRetries(waitMs, () =>
    whileAlone({ knex, client, waitMs }, async (db, alone) => {
      await mendLockTable(qualify(db, schemaName), alone);
      const [, ran] = (await db.migrate.latest(config)) as [number, string[]];
      return ran;
    }),
  );
}

function knexConfig({ schemaName, migrations = MIGRATIONS }: MigrateOptions): Knex.MigratorConfig {
  return {
    migrationSource: {
      getMigrations: () => Promise.resolve([...migrations]),
      getMigrationName: (migration: Migration) => migration.name,
      getMigration: ({ up }: Migration) =>
        Promise.resolve({
          up: (trx: Knex) => up(qualify(trx, schemaName), (table) => (schemaName ? `${schemaName}.${table}` : table)),
          // Knex wants one; going back would throw devices away, so nothing goes back.
          down: () => Promise.resolve(),
        }),
    },
    tableName: MIGRATIONS_TABLE,
    schemaName: schemaName ?? undefined,
    // An older version of the plugin must boot on the tables of a newer one.
    disableMigrationsListValidation: true,
  };
}

/**
 * Another process may migrate for long, so its lock is waited for; a race to create the same table is over soon. Both
 * are met where the database has no lock of its own for it, and beside a process of an older version of the plugin.
 */
async function withRetries<T>(waitMs: number, attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + waitMs;
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      const again = isLocked(error) ? performance.now() < deadline : isRace(error) && failures < ATTEMPTS;
      if (!again) throw error;
      await sleep(Math.min(100 * 2 ** failures, LONGEST_SLEEP_MS) + Math.random() * 100);
    }
  }
}
