import { parseAudience } from '../devices';
import { fromDb } from '../store/from-db';
import type { Store } from '../store/store';
import { TABLES, type AppRow, type LaneRow, type PushRow } from '../store/tables';
import type { RecentPush } from './newly-applied';

/** What devices may catch up with: who was away for longer is no measure of a push. */
export const RECENT_MS = 7 * 86_400_000;
const MOST_PUSHES = 100;

/** Where a lane's log stands, and its latest pushes that asked for reports, latest first. */
export interface LaneLog {
  epoch: string;
  head: number;
  pushes: RecentPush[];
}

export async function readLaneLogs(store: Store, laneIds: Iterable<number>): Promise<Map<number, LaneLog>> {
  const logs = new Map<number, LaneLog>();
  for (const laneId of laneIds) {
    const app = await store
      .knex<AppRow>(TABLES.apps)
      .whereIn('id', store.knex<LaneRow>(TABLES.lanes).where({ id: laneId }).select('app_id'))
      .first('epoch', 'head');
    if (app) logs.set(laneId, { ...app, pushes: await readRecentPushes(store, laneId) });
  }
  return logs;
}

async function readRecentPushes(store: Store, laneId: number): Promise<RecentPush[]> {
  const rows = (await store
    .knex<PushRow>(TABLES.pushes)
    .where({ lane_id: laneId })
    .where('created_at', '>', store.now() - RECENT_MS)
    .where('report_share', '>', 0)
    .orderBy('id', 'desc')
    .limit(MOST_PUSHES)
    .select('id', 'epoch', 'rev', 'hi', 'audience', 'changed_at', 'created_at')) as PushRow[];
  return rows.map((row) => {
    const { id, epoch, rev, hi, audience, changed_at: changedAt, created_at: createdAt } = fromDb(row);
    return { id, epoch, rev, hi, audience: parseAudience(audience), changedAt: changedAt ?? createdAt };
  });
}
