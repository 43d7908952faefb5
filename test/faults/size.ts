import { DATABASE_CLIENTS, eachDatabase, type Database } from '../integration/databases';

/** `npm run test:faults -- --smoke`: each row once, with fewer devices. */
export const SMOKE = process.env.FAULTS_SMOKE === '1';

export const DEVICES = Number(process.env.FAULTS_DEVICES ?? (SMOKE ? 2_000 : 20_000));

/**
 * Describes a row for the databases on which it makes sense; in a smoke run for the first of them only.
 *
 * @param always those that a smoke run must not leave out
 */
export function onDatabases(
  define: (client: Database) => void,
  { where = DATABASE_CLIENTS, always = [] }: { where?: readonly Database[]; always?: readonly Database[] } = {},
): void {
  eachDatabase(define, SMOKE ? where.filter((client, n) => n === 0 || always.includes(client)) : where);
}
