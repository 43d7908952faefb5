import type { Knex } from 'knex';
import { TABLES } from '../../server/store/tables';
import { until } from '../until';

const MINUTE_MS = 60_000;

/** Statements and transactions that are under way, a killed process's among them. */
const UNDER_WAY = {
  pg: `select count(*) as n from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`,
  mysql2: `select count(*) as n from information_schema.processlist
    where db = database() and id <> connection_id() and command <> 'Sleep'`,
} as const;

/**
 * Lets what a process noted before it was killed be looked at now, not in a minute. Nobody must be writing.
 */
export async function lookNow(knex: Knex): Promise<void> {
  const client = (knex.client as { driverName: keyof typeof UNDER_WAY }).driverName;
  const underWay = async () => {
    const answer = (await knex.raw(UNDER_WAY[client])) as { rows: { n: string }[] } | [{ n: string }[]];
    const [{ n }] = 'rows' in answer ? answer.rows : answer[0];
    return Number(n);
  };
  await until(async () => (await underWay()) === 0, { within: 30_000, what: 'The end of what a killed process began' });
  await knex(TABLES.intents).decrement('at', 2 * MINUTE_MS);
  await knex(TABLES.related).where('due_at', '>', 0).update({ due_at: 1 });
}
