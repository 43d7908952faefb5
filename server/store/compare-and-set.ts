import { plus } from './computed';
import { ensureSetting } from './settings';
import type { Store } from './store';
import { TABLES, type SettingRow } from './tables';

const KEY = 'lease:probe';

/**
 * Whether an UPDATE tells how many rows it found. All that keeps two processes apart rests on it, and a driver can be
 * configured so that it does not (mysql2 with its own `flags`, a proxy in between).
 */
export async function tellsAffectedRows({ knex }: Store): Promise<boolean> {
  await ensureSetting(knex, KEY);
  const beat = { beat: plus(knex, 'beat') };
  const probe = () => knex<SettingRow>(TABLES.settings).where({ key: KEY });
  return (await probe().update(beat)) === 1 && (await probe().where('beat', '<', 0).update(beat)) === 0;
}
