import type { Knex } from 'knex';

/**
 * The same Knex, but every table that it is called with is named with its schema. Strapi sets `search_path` when a
 * connection opens; behind a pooler that hands connections from transaction to transaction, our statement may run on
 * another one. So Strapi qualifies its own tables, and this qualifies ours. Names in `raw` are left as they
 * are, and an alias must be part of the name, as in `table as alias`: Knex takes an object for a table's name here.
 *
 * @param knex a pool or a transaction; a transaction begun from the result is not qualified
 * @param schemaName PostgreSQL schema, null: the database's default
 */
export function qualify<Db extends Knex>(knex: Db, schemaName: string | null): Db {
  if (schemaName === null) return knex;
  return new Proxy(knex, {
    apply: (target, self, args) => (Reflect.apply(target, self, args) as Knex.QueryBuilder).withSchema(schemaName),
    get: (target, name) => (name === 'schema' ? target.schema.withSchema(schemaName) : Reflect.get(target, name)),
  });
}
