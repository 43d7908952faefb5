import type { Knex } from 'knex';

/** Column by column: a migration that was killed half-way on MariaDB has added some of them already. */
export async function addColumns(
  knex: Knex,
  table: string,
  columns: Record<string, (table: Knex.AlterTableBuilder) => void>,
): Promise<void> {
  for (const [name, add] of Object.entries(columns)) {
    if (!(await knex.schema.hasColumn(table, name))) await knex.schema.alterTable(table, add);
  }
}
