import type { Knex } from 'knex';
import type { Store } from './store';

/**
 * Runs an INSERT of one row and tells its id: PostgreSQL must be asked for it, SQLite and MariaDB give it by themselves.
 */
export async function insertedId(store: Pick<Store, 'client'>, insert: Knex.QueryBuilder): Promise<number> {
  if (store.client === 'postgres') {
    const [row] = (await insert.returning('id')) as { id: number }[];
    return row.id;
  }
  const [id] = (await insert) as unknown as number[];
  return id;
}
