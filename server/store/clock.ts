import { performance } from 'node:perf_hooks';
import type { Knex } from 'knex';
import { readNumber } from './from-db';
import type { Client } from './client';

/**
 * The database's own time in milliseconds; SQLite has none but the host's. On MySQL and MariaDB out of UTC: a local time
 * comes twice at the end of summer time.
 */
const NOW_SQL: Record<Exclude<Client, 'sqlite'>, string> = {
  postgres: 'select floor(extract(epoch from clock_timestamp()) * 1000) as now',
  mysql: "select timestampdiff(microsecond, '1970-01-01', utc_timestamp(3)) div 1000 as now",
};

/**
 * The one clock of everything that is stored. On PostgreSQL and MariaDB it follows the database, so hosts whose clocks
 * disagree agree on leases; between readings it advances with the process's monotonic clock, which nobody can set.
 */
export interface StoreClock {
  /** Milliseconds since the epoch. Never goes back by more than a reading corrects. */
  now(): number;
  /** Reads the database's time. Rejects with the database's error; the clock goes on as it was. */
  synchronise(): Promise<void>;
}

export interface ClockOptions {
  knex: Knex;
  client: Client;
  /** For tests: added to what the database says. */
  offsetMs?: number;
}

export function createClock({ knex, client, offsetMs = 0 }: ClockOptions): StoreClock {
  let origin = Date.now() - performance.now();
  return {
    now: () => Math.round(origin + performance.now()) + offsetMs,
    async synchronise() {
      if (client === 'sqlite') {
        origin = Date.now() - performance.now();
        return;
      }
      const before = performance.now();
      const result: unknown = await knex.raw(NOW_SQL[client]);
      const after = performance.now();
      const now = client === 'postgres' ? (result as PgResult).rows[0].now : (result as MysqlResult)[0][0].now;
      origin = (readNumber(now) ?? NaN) - (before + after) / 2;
    },
  };
}

interface PgResult {
  rows: { now: unknown }[];
}
type MysqlResult = [{ now: unknown }[], unknown];
