import type { Knex } from 'knex';
import { addColumns } from './add-columns';
import type { InSchema, Migration } from './migration';
import { TABLES } from './tables';

const INDEX = 'background_push_changes_document';

/** What an editor chose beside Publish, and the changes of one entry by an index: the panel shows them beside it. */
export const wakeChoiceColumns: Migration = {
  name: '0012_wake_choice',
  async up(knex, inSchema) {
    await addChoice(knex, inSchema);
    await addColumns(knex, TABLES.changes, { chosen_by: (t) => void t.string('chosen_by', 191) });
    await addColumns(knex, TABLES.related, { quiet: (t) => void t.smallint('quiet').notNullable().defaultTo(0) });
  },
};

async function addChoice(knex: Knex, inSchema: InSchema): Promise<void> {
  const { dialect } = knex.client as { dialect: string };
  if (dialect === 'mysql') {
    if (await knex.schema.hasColumn(TABLES.changes, 'choice')) return;
    // In one statement, so that one that was killed left nothing.
    await knex.schema.raw(
      `alter table ${TABLES.changes} add column choice varchar(16), add index ${INDEX} (document_id)`,
    );
    return;
  }
  await addColumns(knex, TABLES.changes, { choice: (t) => void t.string('choice', 16) });
  await knex.raw('create index if not exists ?? on ?? (??)', [INDEX, inSchema(TABLES.changes), 'document_id']);
}
