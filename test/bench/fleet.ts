import type { Environment } from '../../server/admin-api/contract';
import type { Knex } from 'knex';
import { deviceRow } from '../integration/scene';
import { TABLES, type DeviceRow, type LaneRow } from '../../server/store/tables';

/** Rows of a statement: SQLite joins at most 500. */
const ROWS = 250;
const STATEMENTS = 20;

/** A fleet that APNs knows: at its first push each device is written to, at all others only those that were refused. */
export const ACCEPTED = { accepted: 1 } as const satisfies Partial<DeviceRow>;

/**
 * Puts devices into a lane as if they had registered; transactions are short, because a Strapi uses the same database.
 *
 * @param fields of every row, such as that APNs has accepted it before
 * @returns their tokens
 */
export async function insertFleet(
  knex: Knex,
  laneId: number,
  count: number,
  fields: Partial<DeviceRow> = {},
): Promise<Set<string>> {
  const tokens = new Set<string>();
  const now = Date.now();
  while (tokens.size < count) {
    await knex.transaction(async (trx) => {
      for (let n = 0; n < STATEMENTS && tokens.size < count; n++) {
        const rows = Array.from({ length: Math.min(ROWS, count - tokens.size) }, () => deviceRow(laneId, now, fields));
        await trx(TABLES.devices).insert(rows);
        for (const { token } of rows) tokens.add(token);
      }
    });
  }
  return tokens;
}

/** @throws when the app's lane is not there: the plugin makes it when it boots */
export async function laneOf(knex: Knex, environment: Environment): Promise<LaneRow> {
  const lane = await knex<LaneRow>(TABLES.lanes).where({ environment }).first();
  if (!lane) throw new Error(`There is no ${environment} lane.`);
  return lane as LaneRow;
}
