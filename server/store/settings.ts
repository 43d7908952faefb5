import { plus } from './computed';
import type { Knex } from 'knex';
import type { Store } from './store';
import { TABLES, type SettingRow } from './tables';

/** Keys of `background_push_settings`. */
export type SettingKey = 'version' | 'fingerprint' | 'capture-off' | `lease:${string}`;

/** @returns the setting's value; null when it was never set */
export async function readSetting(knex: Knex, key: SettingKey): Promise<string | null> {
  const row = await knex<SettingRow>(TABLES.settings).where({ key }).first('value');
  return row?.value ?? null;
}

/** Makes sure that the row is there, so that every later write is an UPDATE that can be compared and set. */
export async function ensureSetting(knex: Knex, key: SettingKey): Promise<void> {
  await knex<SettingRow>(TABLES.settings).insert({ key, value: null }).onConflict('key').ignore();
}

export async function writeSetting(knex: Knex, key: SettingKey, value: string | null): Promise<void> {
  await ensureSetting(knex, key);
  await knex<SettingRow>(TABLES.settings)
    .where({ key })
    .update({ value, beat: plus(knex, 'beat') });
}

/**
 * Writes `value` if the setting still holds `expected`.
 * @returns whether this call wrote it
 */
export async function swapSetting(
  store: Store,
  key: SettingKey,
  expected: string | null,
  value: string | null,
): Promise<boolean> {
  await ensureSetting(store.knex, key);
  const query = store.knex<SettingRow>(TABLES.settings).where({ key });
  const changed = await (expected === null ? query.whereNull('value') : query.where('value', expected)).update({
    value,
    beat: plus(store.knex, 'beat'),
  });
  return changed === 1;
}
