import type { Knex } from 'knex';
import type { Migration } from './migration';
import type { Client } from './store';
import { TABLES } from './tables';

const INDEX = 'background_push_devices_token_tail';
/** MariaDB indexes no expression, so there it is a column, which the database computes. */
const COLUMN = 'token_tail';

/**
 * The last six digits of a device's token, read backwards: the end of a token is then a beginning, which an index finds.
 * Word for word what the index is made of, or no database would use it.
 */
const BACKWARDS: Record<Client, string> = {
  sqlite: [1, 2, 3, 4, 5, 6].map((place) => `substr(token, -${place}, 1)`).join(' || '),
  postgres: 'reverse(right(token, 6))',
  mysql: COLUMN,
};

/** Narrows a query of devices to those whose token ends so. `end`: up to six lower-case hex digits. */
export function whereTokenEnds(query: Knex.QueryBuilder, client: Client, end: string): void {
  const [from, to] = beginning([...end].reverse().join(''));
  query.whereRaw(`(${BACKWARDS[client]}) >= ? and (${BACKWARDS[client]}) < ?`, [from, to]);
}

/**
 * The range of texts of hex digits and `-` that begin so: every database finds it in an index, `LIKE` only some. Bounds
 * for letters and digits hold in every collation, but one may leave `-` out, so what else it finds must be looked at.
 */
export function beginning(text: string): [from: string, to: string] {
  return [text, `${text}g`];
}

/** What the end of a token is found by. */
export const tokenTailIndex: Migration = {
  name: '0007_token_tail',
  async up(knex, inSchema) {
    const { dialect } = knex.client as { dialect: string };
    if (dialect === 'mysql') {
      if (await knex.schema.hasColumn(TABLES.devices, COLUMN)) return;
      // In one statement, so that one that was killed left nothing.
      await knex.schema.raw(
        `alter table ${TABLES.devices} add column ${COLUMN} varchar(6) generated always as (reverse(right(token, 6))) virtual, add index ${INDEX} (${COLUMN})`,
      );
      return;
    }
    const backwards = BACKWARDS[dialect === 'sqlite3' ? 'sqlite' : 'postgres'];
    await knex.raw(`create index if not exists ?? on ?? (${backwards})`, [INDEX, inSchema(TABLES.devices)]);
  },
};
