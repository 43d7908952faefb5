import type { Store } from '../../store/store';
import type { Knex } from 'knex';
import { recordAct } from '../../acts/record-act';
import { TABLES, type AppRow, type ChangeRow, type LaneRow } from '../../store/tables';
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
      .select('id', 'content_type', 'document_id', 'choice', 'chosen_by');
    const app = await trx<AppRow>(TABLES.apps).where({ id: appId }).first('head', 'bundle_id');
    if (!app) return 0;
    const at = store.now();
    let rev = app.head;
    for (const { id } of rows) await trx<ChangeRow>(TABLES.changes).where({ id }).update({ rev: ++rev, at });
    await trx<AppRow>(TABLES.apps).where({ id: appId }).update({ head: rev });
    await followChoices(trx, { id: appId, bundleId: app.bundle_id }, rows, at);
    return rows.length;
  });
  failpoint('after-sequence');
  return numbered;
}

type ChosenRow = Pick<ChangeRow, 'content_type' | 'document_id' | 'choice' | 'chosen_by'>;

/** Does what editors chose, and writes it down: a lane hurries from the moment that its changes have numbers. */
async function followChoices(
  trx: Knex.Transaction,
  app: { id: number; bundleId: string },
  rows: readonly ChosenRow[],
  at: number,
): Promise<void> {
  for (const { content_type: contentType, document_id: documentId, choice, chosen_by: by } of rows) {
    if (choice === null || contentType === null || documentId === null) continue;
    const act = choice === 'now' ? 'publish-now' : 'publish-without';
    await recordAct(trx, { act, by: by ?? '', at, app, params: { contentType, documentId } });
  }
  if (!rows.some(({ choice }) => choice === 'now')) return;
  const lanes = trx<LaneRow>(TABLES.lanes).where({ app_id: app.id }).whereNotNull('credential_source');
  await lanes.whereNull('hurry').update({ hurry: 'now' });
}
