import { createTable } from './create-table';
import type { Migration } from './migration';
import { TABLES } from './tables';

/** Notes of writes for which Strapi opens no transaction. */
export const intentTable: Migration = {
  name: '0004_intents',
  async up(knex) {
    await createTable(knex, TABLES.intents, (t) => {
      t.increments('id');
      t.string('act', 36).notNullable().index();
      t.string('content_type', 255).notNullable();
      t.integer('row_id').notNullable();
      t.string('document_id', 255);
      t.string('locale', 64);
      t.smallint('published').notNullable();
      t.string('row_mark', 64);
      t.bigInteger('at').notNullable();
    });
  },
};
