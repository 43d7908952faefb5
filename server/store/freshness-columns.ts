import type { Knex } from 'knex';
import { addColumns } from './add-columns';
import { createTable } from './create-table';
import type { InSchema, Migration } from './migration';
import { TABLES } from './tables';

const COLUMN = 'background_refresh';
const INDEX = 'background_push_devices_refresh';

/** What devices say they hold, and how long after a publish they held it: sums per push, no row per device. */
export const freshnessColumns: Migration = {
  name: '0010_freshness',
  async up(knex, inSchema) {
    await addColumns(knex, TABLES.devices, {
      applied_epoch: (t) => void t.string('applied_epoch', 64),
      applied_rev: (t) => void t.integer('applied_rev'),
      reported_at: (t) => void t.bigInteger('reported_at'),
      woken_by: (t) => void t.integer('woken_by'),
    });
    await addBackgroundRefresh(knex, inSchema);
    await addColumns(knex, TABLES.pushes, {
      changed_at: (t) => void t.bigInteger('changed_at'),
      report_share: (t) => void t.double('report_share'),
    });
    await createTable(knex, TABLES.applied, (t) => {
      t.integer('push_id')
        .unsigned()
        .notNullable()
        .references('id')
        .inTable(inSchema(TABLES.pushes))
        .onDelete('CASCADE');
      t.integer('bucket').notNullable();
      t.integer('woken').notNullable().defaultTo(0);
      t.integer('others').notNullable().defaultTo(0);
      t.primary(['push_id', 'bucket']);
    });
  },
};

/** With an index: those that are never woken are few among many, and every look at the panel counts them. */
async function addBackgroundRefresh(knex: Knex, inSchema: InSchema): Promise<void> {
  const { dialect } = knex.client as { dialect: string };
  if (dialect === 'mysql') {
    if (await knex.schema.hasColumn(TABLES.devices, COLUMN)) return;
    // In one statement, so that one that was killed left nothing.
    await knex.schema.raw(
      `alter table ${TABLES.devices} add column ${COLUMN} varchar(16), add index ${INDEX} (lane_id, ${COLUMN})`,
    );
    return;
  }
  await addColumns(knex, TABLES.devices, { [COLUMN]: (t) => void t.string(COLUMN, 16) });
  await knex.raw('create index if not exists ?? on ?? (??, ??)', [INDEX, inSchema(TABLES.devices), 'lane_id', COLUMN]);
}
