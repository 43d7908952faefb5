import type { Knex } from 'knex';
import { TABLES, type ChangeRow } from './tables';

/**
 * Logs a `refresh` for each app: what it holds may be out of date in ways the log cannot tell. It gets its number
 * like any other change.
 *
 * @param wakes whether devices are woken for it, or merely learn of it with the next change
 */
export async function logRefresh(
  trx: Knex.Transaction,
  appIds: readonly number[],
  { wakes }: { wakes: boolean },
): Promise<void> {
  if (appIds.length === 0) return;
  await trx<ChangeRow>(TABLES.changes).insert(
    appIds.map((appId) => ({
      app_id: appId,
      rev: null,
      content_type: null,
      document_id: null,
      locale: null,
      action: 'refresh' as const,
      wakes: wakes ? (1 as const) : (0 as const),
      audience: 'all' as const,
      tags: null,
      at: null,
    })),
  );
}
