import knex, { type Knex } from 'knex';
import type { TestDatabase } from './databases';

/** A connection of the test's own to a Strapi's database; to be destroyed by the caller. */
export function openDatabase(
  { client, env, file }: Pick<TestDatabase, 'client' | 'env' | 'file'>,
  { poolMax = 2 }: { poolMax?: number } = {},
): Knex {
  if (client === 'sqlite') {
    return knex({ client: 'better-sqlite3', connection: { filename: file ?? '' }, useNullAsDefault: true });
  }
  return knex({
    client: client === 'postgres' ? 'pg' : 'mysql2',
    connection: {
      host: env.DATABASE_HOST,
      port: Number(env.DATABASE_PORT),
      database: env.DATABASE_NAME,
      user: env.DATABASE_USERNAME,
      password: env.DATABASE_PASSWORD,
      // As Strapi has mysql2 hand over what is wider than 32 bits.
      ...(client === 'mysql' && { supportBigNumbers: true, bigNumberStrings: true }),
    },
    pool: { min: 0, max: poolMax },
  });
}
