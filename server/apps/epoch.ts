import { valueOf } from '../store/computed';
import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { logRefresh } from '../store/log-refresh';
import { TABLES, type AppRow, type LaneRow } from '../store/tables';

/** A random word that names one life of an app's log; apps that remember another ask the feed for everything. */
export function newEpoch(): string {
  return randomBytes(8).toString('hex');
}

/**
 * Starts an app's log anew: a new epoch; the feed's floor and the marks of both lanes at the head; a waking `refresh`.
 * Revisions go on rising: a device that missed all of this must still see a higher number. For an app that comes back
 * after its removal, for a confirmed instance, and after a restored backup.
 */
export async function startLogAnew(trx: Knex.Transaction, appId: number): Promise<void> {
  await trx<AppRow>(TABLES.apps)
    .where({ id: appId })
    .update({ epoch: newEpoch(), floor: valueOf(trx, 'head') });
  await moveMarksToHead(trx, { app_id: appId });
  await logRefresh(trx, [appId], { wakes: true });
}

/** Devices of these lanes are told nothing of what was logged so far. */
export async function moveMarksToHead(
  trx: Knex.Transaction,
  lanes: Partial<LaneRow> & { app_id: number },
): Promise<void> {
  // The lock on the app keeps the sequencer out, so the head that is read stays the head.
  await trx<AppRow>(TABLES.apps).where({ id: lanes.app_id }).increment('beat', 1);
  const app = await trx<AppRow>(TABLES.apps).where({ id: lanes.app_id }).first('head');
  const head = app?.head ?? 0;
  // Whoever was in a hurry was so about what is not told any more.
  await trx<LaneRow>(TABLES.lanes).where(lanes).update({ announced: head, handled: head, hurry: null });
}
