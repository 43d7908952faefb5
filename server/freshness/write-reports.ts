import type { Knex } from 'knex';
import { readTags, type DeviceReport } from '../devices';
import { plus } from '../store/computed';
import { fromDb } from '../store/from-db';
import type { Store } from '../store/store';
import { TABLES, type AppliedRow, type DeviceRow } from '../store/tables';
import { bucketOf } from './delay';
import { newlyApplied } from './newly-applied';
import type { LaneLog } from './recent-pushes';

export interface PendingReport {
  laneId: number;
  /** When it came. */
  at: number;
  report: DeviceReport;
}

type Sums = Map<string, AppliedRow>;

/**
 * Writes reports of some devices in one transaction. What each held before is read under a lock, so that a device counts
 * once for a push, however often and to whichever process it says that it holds it.
 *
 * @param ids row ids, in order
 */
export async function writeReports(
  store: Store,
  ids: readonly number[],
  reports: ReadonlyMap<number, PendingReport>,
  logs: ReadonlyMap<number, LaneLog>,
): Promise<void> {
  await store.transaction(async (trx) => {
    const rows = (await trx<DeviceRow>(TABLES.devices)
      .whereIn('id', ids)
      .orderBy('id')
      .forUpdate()
      .select('id', 'locale', 'applied_epoch', 'applied_rev', 'registered_at')) as DeviceRow[];
    const tags = await tagsOf(trx, ids, logs);
    const sums: Sums = new Map();
    const sameValues = new Map<string, { values: Partial<DeviceRow>; ids: number[] }>();
    for (const row of rows) {
      const pending = reports.get(row.id);
      const log = pending && logs.get(pending.laneId);
      // What an installation said before the one that registered since.
      if (!pending || !log || fromDb(row).registered_at > pending.at) continue;
      const report = believable(pending.report, log);
      count(sums, { ...row, tags: tags.get(row.id) ?? [] }, { ...pending, report }, log);
      const values = valuesOf(report, log, store.now());
      const key = JSON.stringify(values);
      const group = sameValues.get(key) ?? { values, ids: [] };
      group.ids.push(row.id);
      sameValues.set(key, group);
    }
    for (const group of sameValues.values()) {
      await trx<DeviceRow>(TABLES.devices).whereIn('id', group.ids).update(group.values);
    }
    const inOrder = [...sums.values()].sort((a, b) => a.push_id - b.push_id || a.bucket - b.bucket);
    for (const sum of inOrder) await add(trx, sum);
  });
}

/** Asked only where a push went to devices by their tags. */
async function tagsOf(
  trx: Knex.Transaction,
  ids: readonly number[],
  logs: ReadonlyMap<number, LaneLog>,
): Promise<Map<number, string[]>> {
  const byTags = [...logs.values()].some(({ pushes }) =>
    pushes.some(({ audience }) => audience !== 'all' && audience.tags.length > 0),
  );
  return byTags ? readTags(trx, ids) : new Map<number, string[]>();
}

/** A revision that the log has not given out yet is nothing that a device can hold. */
function believable(report: DeviceReport, { epoch, head }: LaneLog): DeviceReport {
  if (report.held?.epoch !== epoch || report.held.rev <= head) return report;
  return { backgroundRefresh: report.backgroundRefresh };
}

function valuesOf({ held, wokenBy, backgroundRefresh }: DeviceReport, log: LaneLog, now: number): Partial<DeviceRow> {
  const wokenByPush = held && log.pushes.find(({ epoch, rev }) => epoch === held.epoch && rev === wokenBy);
  return {
    seen_at: now,
    ...(held && {
      applied_epoch: held.epoch,
      applied_rev: held.rev,
      reported_at: now,
      woken_by: wokenByPush?.id ?? null,
    }),
    ...(backgroundRefresh && { background_refresh: backgroundRefresh }),
  };
}

function count(
  sums: Sums,
  row: DeviceRow & { tags: string[] },
  { at, report }: PendingReport,
  { pushes }: LaneLog,
): void {
  for (const { push, woken } of newlyApplied(row, report, pushes)) {
    const bucket = bucketOf(at - push.changedAt);
    const key = `${push.id} ${bucket}`;
    const sum = sums.get(key) ?? { push_id: push.id, bucket, woken: 0, others: 0 };
    sum[woken ? 'woken' : 'others']++;
    sums.set(key, sum);
  }
}

async function add(trx: Knex.Transaction, { push_id, bucket, woken, others }: AppliedRow): Promise<void> {
  const grow = () =>
    trx<AppliedRow>(TABLES.applied)
      .where({ push_id, bucket })
      .update({ woken: plus(trx, 'woken', woken), others: plus(trx, 'others', others) });
  if ((await grow()) > 0) return;
  const none = { push_id, bucket, woken: 0, others: 0 };
  await trx<AppliedRow>(TABLES.applied).insert(none).onConflict(['push_id', 'bucket']).ignore();
  await grow();
}
