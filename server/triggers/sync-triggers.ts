import type { TriggerSettings } from '../admin-api/contract';
import type { Knex } from 'knex';
import { TABLES, type TriggerRow } from '../store/tables';
import { findTrigger, replaceTrigger, toColumns } from './trigger-store';

/**
 * Makes the stored triggers agree with the configuration; one that is gone from it is disabled.
 *
 * @returns the names of the triggers that it disabled
 */
export async function syncTriggers(
  trx: Knex.Transaction,
  configured: readonly TriggerSettings[],
  now: number,
): Promise<string[]> {
  const kept = new Set<number>();
  for (const trigger of configured) {
    const columns = { ...toColumns(trigger), source: 'config' as const, enabled: 1 as const };
    const row = await findTrigger(trx, trigger.name);
    if (!row) {
      await trx<TriggerRow>(TABLES.triggers).insert({ ...columns, created_at: now, updated_at: now });
      continue;
    }
    kept.add(row.id);
    const same = Object.entries(columns).every(([column, value]) => row[column as keyof TriggerRow] === value);
    if (!same) await replaceTrigger(trx, row, { ...row, ...columns, updated_at: now });
  }
  const names = configured.map(({ name }) => name);
  const gone = (await trx<TriggerRow>(TABLES.triggers).where({ source: 'config', enabled: 1 })).filter(
    (row) => !kept.has(row.id) && !names.includes(row.name),
  );
  for (const row of gone) await replaceTrigger(trx, row, { ...row, enabled: 0, updated_at: now });
  return gone.map(({ name }) => name);
}
