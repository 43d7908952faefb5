import type { Knex } from 'knex';
import { countRows } from '../store/count-rows';
import { TABLES } from '../store/tables';

/** How old a count may be while there is room: other instances register too. */
const COUNT_LIFE_MS = 10_000;
/** How often a full table is counted again. */
const FULL_COUNT_LIFE_MS = 1_000;

/**
 * Keeps `registration.maxDevices` without counting a million rows at every registration: the count is remembered and
 * carried on by what this process adds and removes. Registrations that run at the same moment may pass together.
 */
export interface Capacity {
  /** Whether one more device may be stored. `db` is the caller's transaction. */
  hasRoom(db: Knex): Promise<boolean>;
  /** How many more may be stored. */
  room(db: Knex): Promise<number>;
  /** So many devices were stored; below 0: removed. */
  add(change: number): void;
}

export function createCapacity({ max, now }: { max: number | null; now: () => number }): Capacity {
  let count = 0;
  let countedAt = -Infinity;
  let countedFull = false;

  /** That it is full is believed of a count only: others may have removed what this process added. */
  function isStale(limit: number): boolean {
    const age = now() - countedAt;
    if (count < limit) return age >= COUNT_LIFE_MS;
    return !countedFull || age >= FULL_COUNT_LIFE_MS;
  }

  async function room(db: Knex): Promise<number> {
    if (max === null) return Infinity;
    if (isStale(max)) {
      count = await countRows(db(TABLES.devices));
      countedAt = now();
      countedFull = count >= max;
    }
    return Math.max(0, max - count);
  }

  return {
    room,
    hasRoom: async (db) => (await room(db)) > 0,
    add(change) {
      count += change;
    },
  };
}
