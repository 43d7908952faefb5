import { addColumns } from './add-columns';
import type { Migration } from './migration';
import { TABLES } from './tables';

/** More than one old secret of a device may be good at a time. */
export const secretColumns: Migration = {
  name: '0006_secrets',
  async up(knex) {
    await addColumns(knex, TABLES.devices, { later_secrets: (t) => void t.text('later_secrets') });
  },
};
