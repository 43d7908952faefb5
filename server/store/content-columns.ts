import { addColumns } from './add-columns';
import { createTable } from './create-table';
import type { Migration } from './migration';
import { TABLES } from './tables';

/** What of an entry devices get with the news that it changed, and what of others is news of it too. */
export const contentColumns: Migration = {
  name: '0008_content',
  async up(knex) {
    await addColumns(knex, TABLES.triggers, {
      content: (t) => void t.text('content'),
      related: (t) => void t.text('related'),
      related_wakes: (t) => void t.smallint('related_wakes').notNullable().defaultTo(0),
    });
    await createTable(knex, TABLES.related, (t) => {
      t.increments('id');
      t.string('act', 36).notNullable().index();
      t.string('content_type', 255).notNullable();
      t.string('document_id', 255).notNullable();
      t.string('locale', 64);
      t.text('owners', 'longtext').notNullable();
      t.bigInteger('due_at').notNullable();
    });
  },
};
