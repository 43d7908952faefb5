import type { Knex } from 'knex';
import { actsTable } from './acts-table';
import { audienceTags } from './audience-tags';
import { contentColumns } from './content-columns';
import { controlColumns } from './control-columns';
import { createTable } from './create-table';
import { importTables } from './import-tables';
import { intentTable } from './intent-table';
import { freshnessColumns } from './freshness-columns';
import type { InSchema, Migration } from './migration';
import { outcomeColumns } from './outcome-columns';
import { secretColumns } from './secret-columns';
import { TABLES } from './tables';
import { testDeviceTables } from './test-device-tables';
import { tokenTailIndex } from './token-tail';
import { unreadColumns } from './unread-columns';
import { wakeChoiceColumns } from './wake-choice-columns';

const COUNTERS = ['met', 'accepted', 'rejected', 'unknown', 'expired', 'cancelled', 'superseded', 'removed'] as const;

const flag = (table: Knex.CreateTableBuilder, name: string) => table.smallint(name).notNullable().defaultTo(0);
const count = (table: Knex.CreateTableBuilder, name: string) => table.integer(name).notNullable().defaultTo(0);
const json = (table: Knex.CreateTableBuilder, name: string) => table.text(name).notNullable();

async function createSetUp(knex: Knex, inSchema: InSchema): Promise<void> {
  await createTable(knex, TABLES.settings, (t) => {
    t.string('key', 64).primary();
    t.text('value');
    t.string('owner', 36);
    count(t, 'fence');
    t.bigInteger('lease_until').notNullable().defaultTo(0);
    count(t, 'beat');
  });
  await createTable(knex, TABLES.apps, (t) => {
    t.increments('id');
    t.string('bundle_id', 155).notNullable().unique();
    t.string('name', 255).notNullable();
    json(t, 'custom_keys');
    t.string('source', 16).notNullable();
    flag(t, 'enabled');
    t.bigInteger('removed_at');
    t.string('epoch', 16).notNullable();
    count(t, 'head');
    count(t, 'floor');
    count(t, 'beat');
    t.bigInteger('created_at').notNullable();
    t.bigInteger('updated_at').notNullable();
  });
  await createTable(knex, TABLES.lanes, (t) => {
    t.increments('id');
    t.integer('app_id').unsigned().notNullable().references('id').inTable(inSchema(TABLES.apps));
    t.string('environment', 16).notNullable();
    t.string('key_id', 10);
    t.string('team_id', 10);
    t.string('credential_source', 16);
    t.text('credential');
    t.string('credential_mark', 64);
    count(t, 'announced');
    count(t, 'handled');
    t.integer('push_id');
    json(t, 'pauses');
    t.bigInteger('accepted_at');
    t.bigInteger('back_off_until');
    t.text('last_error');
    count(t, 'beat');
    t.bigInteger('created_at').notNullable();
    t.bigInteger('updated_at').notNullable();
    t.unique(['app_id', 'environment']);
  });
  await createTable(knex, TABLES.triggers, (t) => {
    t.increments('id');
    t.string('name', 191).notNullable().unique();
    t.string('content_type', 255).notNullable();
    json(t, 'wake_on');
    json(t, 'apps');
    t.string('audience', 16).notNullable();
    flag(t, 'enabled');
    t.string('source', 16).notNullable();
    t.bigInteger('created_at').notNullable();
    t.bigInteger('updated_at').notNullable();
  });
  await createTable(knex, TABLES.alarms, (t) => {
    t.increments('id');
    t.string('key', 191).notNullable().unique();
    t.string('code', 64).notNullable();
    json(t, 'params');
    t.integer('lane_id');
    t.bigInteger('raised_at').notNullable();
    count(t, 'beat');
  });
  await createTable(knex, TABLES.instances, (t) => {
    t.string('id', 36).primary();
    t.bigInteger('started_at').notNullable();
    t.bigInteger('seen_at').notNullable();
  });
}

async function createDevices(knex: Knex, inSchema: InSchema): Promise<void> {
  await createTable(knex, TABLES.devices, (t) => {
    t.increments('id');
    t.string('public_id', 36).notNullable().unique();
    t.integer('lane_id').unsigned().notNullable().references('id').inTable(inSchema(TABLES.lanes));
    t.text('token').notNullable();
    t.string('token_hash', 64).notNullable();
    t.string('locale', 35);
    t.string('secret_hash', 64).notNullable();
    t.string('old_secret_hash', 64);
    t.bigInteger('old_secret_until');
    flag(t, 'accepted');
    count(t, 'refusals');
    t.bigInteger('refused_at');
    t.bigInteger('refused_before');
    t.integer('refused_push');
    t.bigInteger('registered_at').notNullable();
    t.bigInteger('seen_at').notNullable();
    t.bigInteger('created_at').notNullable();
    t.unique(['lane_id', 'token_hash']);
    t.index(['lane_id', 'id']);
  });
  await createTable(knex, TABLES.deviceTags, (t) => {
    t.integer('device_id')
      .unsigned()
      .notNullable()
      .references('id')
      .inTable(inSchema(TABLES.devices))
      .onDelete('CASCADE');
    t.string('tag', 64).notNullable();
    t.primary(['device_id', 'tag']);
  });
}

async function createLog(knex: Knex): Promise<void> {
  await createTable(knex, TABLES.changes, (t) => {
    // No foreign key: nothing but a broken table may fail an editor's publish.
    t.increments('id');
    t.integer('app_id').notNullable();
    t.integer('rev');
    t.string('content_type', 255);
    t.string('document_id', 255);
    t.string('locale', 64);
    t.string('action', 16).notNullable();
    flag(t, 'wakes');
    t.string('audience', 16).notNullable();
    t.bigInteger('at');
    // Rows without a number never meet in it: NULLs are distinct on all three databases.
    t.unique(['app_id', 'rev']);
  });
}

async function createPushes(knex: Knex, inSchema: InSchema): Promise<void> {
  await createTable(knex, TABLES.pushes, (t) => {
    t.increments('id');
    t.string('uuid', 36).notNullable().unique();
    t.integer('lane_id').unsigned().notNullable().references('id').inTable(inSchema(TABLES.lanes));
    t.string('state', 16).notNullable();
    t.string('ended', 16);
    t.string('closing', 16);
    t.smallint('v').notNullable().defaultTo(1);
    t.string('epoch', 16).notNullable();
    t.integer('since').notNullable();
    t.integer('rev').notNullable();
    json(t, 'audience');
    json(t, 'payload');
    t.string('guard_scope', 16).notNullable();
    flag(t, 'guard');
    flag(t, 'guard_tripped');
    count(t, 'hi');
    count(t, 'planned_to');
    for (const name of COUNTERS) count(t, name);
    count(t, 'waiting');
    json(t, 'reasons');
    count(t, 'beat');
    t.bigInteger('created_at').notNullable();
    t.bigInteger('expires_at').notNullable();
    t.bigInteger('first_accepted_at');
    t.bigInteger('announced_at');
    t.bigInteger('finished_at');
    t.index(['lane_id', 'id']);
    t.index(['state']);
  });
  await createTable(knex, TABLES.shards, (t) => {
    t.increments('id');
    t.integer('push_id').unsigned().notNullable().references('id').inTable(inSchema(TABLES.pushes)).onDelete('CASCADE');
    count(t, 'seq');
    flag(t, 'canary');
    count(t, 'lo');
    count(t, 'hi');
    count(t, 'cursor');
    t.string('state', 16).notNullable();
    t.bigInteger('due_at').notNullable().defaultTo(0);
    t.string('owner', 36);
    count(t, 'fence');
    t.bigInteger('lease_until').notNullable().defaultTo(0);
    count(t, 'beat');
    for (const name of COUNTERS) count(t, name);
    count(t, 'guard_answers');
    count(t, 'guard_refusals');
    json(t, 'reasons');
    t.unique(['push_id', 'lo']);
  });
  await createTable(knex, TABLES.retries, (t) => {
    t.increments('id');
    t.integer('push_id').unsigned().notNullable().references('id').inTable(inSchema(TABLES.pushes)).onDelete('CASCADE');
    t.integer('shard_id')
      .unsigned()
      .notNullable()
      .references('id')
      .inTable(inSchema(TABLES.shards))
      .onDelete('CASCADE');
    t.integer('device_id').notNullable();
    t.string('token_hash', 64).notNullable();
    count(t, 'attempts');
    t.string('cause', 16).notNullable();
    t.string('reason', 64);
    t.bigInteger('due_at').notNullable();
    t.unique(['push_id', 'device_id']);
    t.index(['shard_id', 'due_at']);
  });
  await createTable(knex, TABLES.failureSamples, (t) => {
    t.increments('id');
    t.integer('push_id').unsigned().notNullable().references('id').inTable(inSchema(TABLES.pushes)).onDelete('CASCADE');
    t.integer('lane_id').notNullable();
    t.integer('status').notNullable();
    t.string('reason', 64).notNullable();
    t.integer('device_id').notNullable();
    t.string('token_tail', 6).notNullable();
    t.bigInteger('at').notNullable();
    t.index(['push_id']);
  });
}

/**
 * In the order they run. Every step may be repeated, and within a major version steps only add: a process that was
 * started before the newest step goes on with the tables as they are now.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    name: '0001_tables',
    async up(knex, inSchema) {
      await createSetUp(knex, inSchema);
      await createDevices(knex, inSchema);
      await createLog(knex);
      await createPushes(knex, inSchema);
    },
  },
  controlColumns,
  outcomeColumns,
  intentTable,
  actsTable,
  secretColumns,
  tokenTailIndex,
  contentColumns,
  unreadColumns,
  freshnessColumns,
  audienceTags,
  wakeChoiceColumns,
  importTables,
  testDeviceTables,
];
