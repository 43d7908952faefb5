import { parsePauses, withoutCauses, withPause, type Pause, type PauseCause } from '../apps/pauses';
import type { Store } from '../store/store';
import { TABLES, type LaneRow } from '../store/tables';
import { bumpVersion } from '../store/version';

/** Changes a lane's pauses under the lock of its row. @returns whether they changed */
async function changePauses(
  store: Store,
  laneId: number,
  change: (pauses: readonly Pause[]) => Pause[],
): Promise<boolean> {
  return store.transaction(async (trx) => {
    // The UPDATE is the lock: nobody else changes the pauses between the SELECT and the next UPDATE.
    await trx<LaneRow>(TABLES.lanes).where({ id: laneId }).increment('beat', 1);
    const lane = await trx<LaneRow>(TABLES.lanes).where({ id: laneId }).first('pauses');
    if (!lane) return false;
    const pauses = JSON.stringify(change(parsePauses(lane.pauses)));
    if (pauses === lane.pauses) return false;
    await trx<LaneRow>(TABLES.lanes).where({ id: laneId }).update({ pauses, updated_at: store.now() });
    await bumpVersion(trx);
    return true;
  });
}

/** @returns whether the lane was not paused for this cause before */
export function pauseLane(store: Store, laneId: number, pause: Omit<Pause, 'at'>): Promise<boolean> {
  return changePauses(store, laneId, (pauses) => withPause(pauses, { ...pause, at: store.now() }));
}

/** @returns whether the lane was paused for one of these causes */
export function clearPauses(store: Store, laneId: number, causes: readonly PauseCause[]): Promise<boolean> {
  return changePauses(store, laneId, (pauses) => withoutCauses(pauses, causes));
}
