import { createTable } from './create-table';
import type { Migration } from './migration';
import { TABLES } from './tables';

/**
 * Which devices are test devices, and what APNs said of test pushes. Tables of their own, because every push reads
 * `devices`; both go with their device.
 */
export const testDeviceTables: Migration = {
  name: '0015_test_devices',
  async up(knex, inSchema) {
    await createTable(knex, TABLES.testDevices, (t) => {
      t.integer('device_id')
        .unsigned()
        .primary()
        .references('id')
        .inTable(inSchema(TABLES.devices))
        .onDelete('CASCADE');
      t.string('name', 100).notNullable();
    });
    await createTable(knex, TABLES.testAnswers, (t) => {
      t.increments('id');
      t.integer('device_id')
        .unsigned()
        .notNullable()
        .references('id')
        .inTable(inSchema(TABLES.devices))
        .onDelete('CASCADE');
      t.integer('lane_id').notNullable();
      t.string('token_tail', 6).notNullable();
      t.bigInteger('at').notNullable();
      t.bigInteger('answered_at');
      t.string('outcome', 16);
      t.integer('status');
      t.string('reason', 64);
      t.string('apns_id', 36).notNullable().unique();
      t.string('unique_id', 64);
      t.index(['lane_id', 'id']);
      t.index(['device_id']);
    });
  },
};
