import type { Store } from '../../store/store';
import { TABLES, type AppRow, type ChangeRow } from '../../store/tables';
import { failpoint } from '../failpoint';

/** Rows numbered in one transaction, so that its lock on the app is short. */
const BATCH = 1_000;

/**
 * Numbers an app's committed changes: no holes, never falling, a late commit gets a higher number. The UPDATE of the
 * app's row is the lock that makes one process at a time number them. Rows are numbered by primary key only: a range
 * would make editors wait on MariaDB.
 *
 * @returns how many changes got a number; call again while it is a whole batch
 */
export async function sequenceApp(store: Store, appId: number): Promise<number> {
  const waiting = await store.knex<ChangeRow>(TABLES.changes).where({ app_id: appId }).whereNull('rev').first('id');
  if (!waiting) return 0;
  const numbered = await store.transaction(async (trx) => {
    await trx<AppRow>(TABLES.apps).where({ id: appId }).increment('beat', 1);
    const rows = await trx<ChangeRow>(TABLES.changes)
      .where({ app_id: appId })
      .whereNull('rev')
      .orderBy('id')
      .limit(BATCH)
      .select('id');
    const app = await trx<AppRow>(TABLES.apps).where({ id: appId }).first('head');
    if (!app) return 0;
    const at = store.now();
    let rev = app.head;
    for (const { id } of rows) await trx<ChangeRow>(TABLES.changes).where({ id }).update({ rev: ++rev, at });
    await trx<AppRow>(TABLES.apps).where({ id: appId }).update({ head: rev });
    return rows.length;
  });
  failpoint('after-sequence');
  return numbered;
}
