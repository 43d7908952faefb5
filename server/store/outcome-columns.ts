import type { Knex } from 'knex';
import { addColumns } from './add-columns';
import type { Migration } from './migration';
import { TABLES } from './tables';

const count = (name: string) => (t: Knex.AlterTableBuilder) => void t.integer(name).notNullable().defaultTo(0);

/** A lane's probation, deletions that wait for the end of their push or for a person, and a canary of chosen devices. */
export const outcomeColumns: Migration = {
  name: '0003_outcomes',
  async up(knex) {
    await addColumns(knex, TABLES.lanes, { probation: (t) => void t.text('probation') });
    await addColumns(knex, TABLES.devices, {
      gone_at: (t) => void t.bigInteger('gone_at'),
      gone_push: (t) => void t.integer('gone_push'),
    });
    await addColumns(knex, TABLES.pushes, { canary: (t) => void t.text('canary'), gone: count('gone') });
    await addColumns(knex, TABLES.shards, { gone: count('gone') });
  },
};
