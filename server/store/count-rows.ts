import type { Knex } from 'knex';
import { readNumber } from './from-db';

/** @returns how many rows a query finds */
export async function countRows(query: Knex.QueryBuilder): Promise<number> {
  const [row] = (await query.count({ rows: '*' })) as { rows: unknown }[];
  return readNumber(row.rows) ?? 0;
}
