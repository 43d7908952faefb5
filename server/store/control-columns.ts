import { addColumns } from './add-columns';
import type { Migration } from './migration';
import { TABLES } from './tables';

/** What people do to lanes and pushes: the hurry they ask for, who did what. */
export const controlColumns: Migration = {
  name: '0002_control',
  async up(knex) {
    await addColumns(knex, TABLES.lanes, {
      hurry: (t) => void t.string('hurry', 16),
      acts: (t) => void t.text('acts'),
    });
    await addColumns(knex, TABLES.pushes, {
      hurry: (t) => void t.string('hurry', 16),
      asked_by: (t) => void t.string('asked_by', 100),
      cancelled_by: (t) => void t.string('cancelled_by', 100),
    });
  },
};
