import type { Knex } from 'knex';
import { createTable } from './create-table';
import type { Migration } from './migration';
import { TABLES, type ActRow, type LaneRow } from './tables';

/** An act as lanes kept it before there was a table of acts. */
interface KeptAct {
  act: string;
  by: string;
  at: number;
  pushId?: number;
}

/** What administrators do, in a table of its own: most of it concerns no lane. */
export const actsTable: Migration = {
  name: '0005_acts',
  async up(knex) {
    await createTable(knex, TABLES.acts, (t) => {
      t.increments('id');
      t.string('act', 32).notNullable();
      t.string('done_by', 100).notNullable();
      t.bigInteger('at').notNullable();
      // No foreign keys: what was done outlives what it was done to.
      t.integer('app_id');
      t.integer('lane_id');
      t.text('params').notNullable();
      t.index(['app_id', 'id']);
    });
    for (const lane of await knex<LaneRow>(TABLES.lanes).whereNotNull('acts')) await moveActs(knex, lane);
  },
};

/** Looks before it writes: a migration that was killed on MariaDB, which commits each statement, runs again. */
async function moveActs(knex: Knex, lane: LaneRow): Promise<void> {
  const acts = JSON.parse(lane.acts ?? '[]') as KeptAct[];
  for (const { act, by, at, pushId } of acts.reverse()) {
    const row = { act, done_by: by, at, app_id: lane.app_id, lane_id: lane.id };
    if (await knex<ActRow>(TABLES.acts).where(row).first('id')) continue;
    await knex<ActRow>(TABLES.acts).insert({ ...row, params: JSON.stringify(pushId === undefined ? {} : { pushId }) });
  }
  await knex<LaneRow>(TABLES.lanes).where({ id: lane.id }).update({ acts: null });
}
