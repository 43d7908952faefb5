import type { Migration } from './migration';
import { TABLES } from './tables';

/**
 * `instances.started_at` and `pushes.waiting` are neither read nor written any more. They stay until the next major
 * version: during a rolling update a process of the version before still writes both, and would neither be seen nor end
 * a push without them. So this lets a row go without the one that had no default; a row of today leaves both out.
 */
export const unreadColumns: Migration = {
  name: '0009_unread_columns',
  async up(knex) {
    await knex.schema.alterTable(TABLES.instances, (t) => void t.setNullable('started_at'));
  },
};
