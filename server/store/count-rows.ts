import type { Knex } from 'knex';

/** @returns how many rows a query finds; PostgreSQL says it in a string */
export async function countRows(query: Knex.QueryBuilder): Promise<number> {
  const [row] = (await query.count({ rows: '*' })) as { rows: number | string }[];
  return Number(row.rows);
}
