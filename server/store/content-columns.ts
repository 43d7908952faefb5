import { addColumns } from './add-columns';
import type { Migration } from './migration';
import { TABLES } from './tables';

/** What of an entry devices get with the news that it changed. */
export const contentColumns: Migration = {
  name: '0008_content',
  async up(knex) {
    await addColumns(knex, TABLES.triggers, { content: (t) => void t.text('content') });
  },
};
