import type { Core } from '@strapi/strapi';
import type { Knex } from 'knex';

/** Strapi types its transactions as its own copy of Knex; they are the same objects. */
type StrapiTransaction = Parameters<Parameters<Core.Strapi['db']['transaction']>[0]>[0]['trx'];

/** The transaction of Strapi's that the caller is in; null: none. It may be over, for work that nobody waited for. */
export async function currentTransaction(strapi: Core.Strapi): Promise<Knex.Transaction | null> {
  if (!strapi.db.inTransaction()) return null;
  const trx = (await strapi.db.transaction(({ trx }) => Promise.resolve(trx))) as StrapiTransaction;
  return trx as unknown as Knex.Transaction;
}

/** Runs `callback` once the transaction that the caller is in has been committed; it must not throw. */
export async function afterCommit(strapi: Core.Strapi, callback: () => void): Promise<void> {
  await strapi.db.transaction(({ onCommit }) => {
    // Typed by Strapi as if it took a promise; it waits for none.
    (onCommit as (callback: () => void) => void)(callback);
    return Promise.resolve();
  });
}
