import type { Client } from './client';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { createClock, type StoreClock } from './clock';
import { runExclusively, writeExclusively } from './exclusive';
import { createIdleLimit } from './idle-limit';
import { factsOf, type Fact } from './facts';
import { qualify } from './qualify';

export type { Client };

/** The plugin's tables on Strapi's own connection. */
export interface Store {
  /** Names the schema of each table that it is called with (`qualify.ts`). Begin transactions with `transaction`. */
  readonly knex: Knex;
  readonly client: Client;
  readonly clock: StoreClock;
  /** The store's clock, in milliseconds. */
  now(): number;
  /**
   * Runs `work` in a transaction at READ COMMITTED and commits it. A deadlock or lock time-out re-runs the whole of
   * `work`, so it must have no effects but its statements. Inside, only `trx` may be used: on SQLite Strapi has one
   * connection, and a query beside the transaction would wait for itself. There it has the file to itself
   * (`exclusive.ts`). PostgreSQL and MariaDB end it when no statement comes for ten seconds.
   *
   * What it noted (`facts.ts`) is told after the commit.
   *
   * @throws whatever `work` throws, after the rollback
   */
  transaction<T>(work: (trx: Knex.Transaction) => Promise<T>): Promise<T>;
  /** Our tables inside a transaction of Strapi's. The same transaction gives the same object. */
  within(trx: Knex.Transaction): Knex.Transaction;
}

const ATTEMPTS = 6;

/** On SQLite each attempt ends at once while somebody else is at the file, who may be there for long. */
const SQLITE_PATIENCE_MS = 5_000;

/** Deadlock, lock time-out, serialisation failure, busy: the transaction did nothing and may run again. */
const TRANSIENT = new Set([
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_CHECKREAD',
  '40001',
  '40P01',
  '55P03',
  'SQLITE_BUSY',
  'SQLITE_BUSY_SNAPSHOT',
]);

export function isTransient(error: unknown): boolean {
  return TRANSIENT.has(String((error as { code?: unknown } | null)?.code));
}

export interface StoreOptions {
  knex: Knex;
  client: Client;
  /** PostgreSQL schema, when Strapi uses another than the default. */
  schemaName?: string | null;
  /** For tests: the store's clock is off by so much. */
  clockOffsetMs?: number;
  /** Hears what transactions did. Must not throw. */
  tell?: (fact: Fact) => void;
}

export function createStore({ knex, client, schemaName = null, clockOffsetMs, tell }: StoreOptions): Store {
  const clock = createClock({ knex, client, offsetMs: clockOffsetMs });
  // PostgreSQL is at READ COMMITTED by default, SQLite knows only one level and Knex refuses to set it.
  const config: Knex.TransactionConfig = client === 'mysql' ? { isolationLevel: 'read committed' } : {};
  const limitIdle = createIdleLimit(client);
  const qualified = new WeakMap<Knex.Transaction, Knex.Transaction>();
  const within = (trx: Knex.Transaction): Knex.Transaction => {
    const known = qualified.get(trx) ?? qualify(trx, schemaName);
    qualified.set(trx, known);
    return known;
  };
  const begun = <T>(trx: Knex.Transaction, work: (trx: Knex.Transaction) => Promise<T>): Promise<T> =>
    client === 'sqlite' ? runExclusively(trx, work) : limitIdle(within(trx), work);
  const transaction = async <T>(work: (trx: Knex.Transaction) => Promise<T>): Promise<T> => {
    const since = performance.now();
    for (let attempt = 1; ; attempt++) {
      try {
        let used: Knex | undefined;
        const noting = (trx: Knex.Transaction) => {
          used = trx;
          return work(trx);
        };
        const result = await knex.transaction((trx) => begun(trx, noting), config);
        if (used && tell) factsOf(used).forEach(tell);
        return result;
      } catch (error) {
        const given = client === 'sqlite' ? performance.now() - since < SQLITE_PATIENCE_MS : attempt < ATTEMPTS;
        if (!given || !isTransient(error)) throw error;
        await sleep(Math.random() * (client === 'sqlite' ? 40 : 20 * 2 ** attempt));
      }
    }
  };
  return {
    knex: client === 'sqlite' ? writeExclusively(knex, transaction) : qualify(knex, schemaName),
    client,
    clock,
    now: () => clock.now(),
    within,
    transaction,
  };
}
