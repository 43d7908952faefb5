import type { Knex } from 'knex';

/**
 * The same Knex, but every table that it is called with is named with its schema. Strapi sets `search_path` when a
 * connection opens; behind a pooler that hands connections from transaction to transaction, our statement may run on
 * another one. So Strapi qualifies its own tables, and this qualifies ours. Names in `raw` are left as they are, and an
 * alias must be part of the name, as in `table as alias`: Knex takes an object for a table's name here.
 *
 * @param knex a pool or a transaction; transactions begun from the result, with a function, are qualified too
 * @param schemaName PostgreSQL schema, null: the database's default
 */
export function qualify<Db extends Knex>(knex: Db, schemaName: string | null): Db {
  if (schemaName === null) return knex;
  const own: Partial<Record<string | symbol, unknown>> = {
    get schema() {
      return knex.schema.withSchema(schemaName);
    },
    transaction: (work: (trx: Knex.Transaction) => Promise<unknown>, config?: Knex.TransactionConfig) =>
      knex.transaction((trx) => work(qualify(trx, schemaName)), config),
  };
  return new Proxy(knex, {
    apply: (target, self, args) => (Reflect.apply(target, self, args) as Knex.QueryBuilder).withSchema(schemaName),
    get: (target, name) => (Object.hasOwn(own, name) ? own[name] : Reflect.get(target, name)),
  });
}
