import type { Knex } from 'knex';
import { addColumns } from './add-columns';
import type { InSchema, Migration } from './migration';
import { TABLES } from './tables';

const INDEX = 'background_push_device_tags_tag';

/** Whom a change concerns by tags, and what the devices with a tag are found by, in order of their ids. */
export const audienceTags: Migration = {
  name: '0011_audience_tags',
  async up(knex, inSchema) {
    await addColumns(knex, TABLES.triggers, { audience_tags: (t) => void t.text('audience_tags') });
    await addColumns(knex, TABLES.changes, { tags: (t) => void t.text('tags') });
    await addIndex(knex, inSchema);
  },
};

async function addIndex(knex: Knex, inSchema: InSchema): Promise<void> {
  const { dialect } = knex.client as { dialect: string };
  if (dialect !== 'mysql') {
    await knex.raw('create index if not exists ?? on ?? (??, ??)', [
      INDEX,
      inSchema(TABLES.deviceTags),
      'tag',
      'device_id',
    ]);
    return;
  }
  // MySQL, unlike MariaDB, knows no `if not exists` here.
  const [found] = (await knex.raw('show index from ?? where Key_name = ?', [TABLES.deviceTags, INDEX])) as [unknown[]];
  if (found.length === 0)
    await knex.raw('create index ?? on ?? (??, ??)', [INDEX, TABLES.deviceTags, 'tag', 'device_id']);
}
