import { createTable } from './create-table';
import type { Migration } from './migration';
import { TABLES } from './tables';

/** How far each file of devices was taken in, and which of its lines were not. */
export const importTables: Migration = {
  name: '0014_imports',
  async up(knex, inSchema) {
    await createTable(knex, TABLES.imports, (t) => {
      t.increments('id');
      t.string('name', 255).notNullable();
      t.bigInteger('size').notNullable();
      t.string('mark', 64).notNullable();
      t.bigInteger('position').notNullable().defaultTo(0);
      for (const name of ['ahead', 'lines', 'added', 'updated', 'refused']) t.integer(name).notNullable().defaultTo(0);
      t.string('done_by', 100).notNullable();
      t.bigInteger('started_at').notNullable();
      t.bigInteger('moved_at').notNullable();
      t.bigInteger('finished_at');
      t.index(['mark']);
    });
    await createTable(knex, TABLES.importRefusals, (t) => {
      t.integer('import_id')
        .unsigned()
        .notNullable()
        .references('id')
        .inTable(inSchema(TABLES.imports))
        .onDelete('CASCADE');
      t.integer('line').notNullable();
      t.string('field', 64).notNullable();
      t.string('message', 500).notNullable();
      t.string('token_tail', 6);
      t.primary(['import_id', 'line']);
    });
  },
};
