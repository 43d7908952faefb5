import type { Knex } from 'knex';
import type { Client } from './client';

/**
 * How long the database waits for the next statement of a transaction. A process that was stopped or cut off in the
 * middle of one would otherwise keep its rows locked, and every other process waiting, for as long as its connection
 * seems to live: on PostgreSQL two hours and more.
 */
const IDLE_MS = 10_000;

/** Runs the work of a transaction so that the database ends it if nothing is heard of it for too long. */
export type IdleLimit = <T>(trx: Knex.Transaction, work: (trx: Knex.Transaction) => Promise<T>) => Promise<T>;

/** On SQLite there is nobody who could end it: a stopped process keeps the file locked. */
export function createIdleLimit(client: Client): IdleLimit {
  if (client === 'postgres') return limitOnPostgres;
  return client === 'mysql' ? createLimitOnMariaDb() : (trx, work) => work(trx);
}

const limitOnPostgres: IdleLimit = async (trx, work) => {
  await trx.raw(`set local idle_in_transaction_session_timeout = ${IDLE_MS}`);
  return work(trx);
};

/**
 * MariaDB keeps the limit with the connection, which goes back to Strapi: it is taken off again, but only when the
 * transaction is over. Taken off before the commit, whoever is cut off between the two keeps its rows locked. Knex ends
 * the transaction once more afterwards, which does nothing. MySQL knows no such limit.
 */
function createLimitOnMariaDb(): IdleLimit {
  let known = true;
  return async (trx, work) => {
    if (known) {
      known = await trx.raw(`set session idle_transaction_timeout = ${IDLE_MS / 1_000}`).then(() => true, isKnown);
    }
    if (!known) return work(trx);
    try {
      const result = await work(trx);
      await trx.raw('commit');
      return result;
    } catch (error) {
      await trx.raw('rollback').catch(() => undefined);
      throw error;
    } finally {
      // A connection that is gone takes its limit with it.
      await trx.raw('set session idle_transaction_timeout = default').catch(() => undefined);
    }
  };
}

function isKnown(error: unknown): boolean {
  if ((error as { code?: unknown }).code === 'ER_UNKNOWN_SYSTEM_VARIABLE') return false;
  throw error;
}
