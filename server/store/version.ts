import type { Knex } from 'knex';
import { ensureSetting } from './settings';
import { TABLES, type SettingRow } from './tables';

const KEY = 'version';

/**
 * Tells every instance that apps, lanes or triggers changed: they compare this number every second and reload.
 * Call it in the transaction that changes them; as its first statement it is the lock of all set-up.
 */
export async function bumpVersion(trx: Knex): Promise<void> {
  const bump = () => trx<SettingRow>(TABLES.settings).where({ key: KEY }).increment('beat', 1);
  if ((await bump()) === 1) return;
  await ensureSetting(trx, KEY);
  await bump();
}

export async function readVersion(knex: Knex): Promise<number> {
  const row = await knex<SettingRow>(TABLES.settings).where({ key: KEY }).first('beat');
  return row?.beat ?? 0;
}
