import type { Knex } from 'knex';

/** The table's name with its schema, for a foreign key: everything else is qualified already. */
export type InSchema = (table: string) => string;

export interface Migration {
  name: string;
  /** @param knex names each table's schema, `knex.schema` too (`qualify.ts`) */
  up(knex: Knex, inSchema: InSchema): Promise<void>;
}
