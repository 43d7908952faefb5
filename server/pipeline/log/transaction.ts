import type { Core } from '@strapi/strapi';
import type { Knex } from 'knex';

/** The transaction of Strapi's that the caller is in; null: none. It may be over, for work that nobody waited for. */
export async function currentTransaction(strapi: Core.Strapi): Promise<Knex.Transaction | null> {
  if (!strapi.db.inTransaction()) return null;
  // Strapi types it as its own copy of Knex; it is the same object.
  return strapi.db.transaction(({ trx }) => Promise.resolve(trx as unknown as Knex.Transaction));
}

/** Runs `callback` once the transaction that the caller is in has been committed; it must not throw. */
export async function afterCommit(strapi: Core.Strapi, callback: () => void): Promise<void> {
  await strapi.db.transaction(({ onCommit }) => {
    // Typed by Strapi as if it took a promise; it waits for none.
    (onCommit as (callback: () => void) => void)(callback);
    return Promise.resolve();
  });
}
