import type { Knex } from 'knex';
import type { Migration } from './migrations';
import { TABLES } from './tables';

type Add = (table: Knex.AlterTableBuilder) => void;

/** Column by column: a migration that was killed half-way on MariaDB has added some of them already. */
async function addColumns(knex: Knex, table: string, columns: Record<string, Add>): Promise<void> {
  for (const [name, add] of Object.entries(columns)) {
    if (!(await knex.schema.hasColumn(table, name))) await knex.schema.alterTable(table, add);
  }
}

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
  // The columns hold nothing that an older version would stumble over.
  async down() {},
};
