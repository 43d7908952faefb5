import type { Knex } from 'knex';
import { parsePauses, withoutCauses, withPause, type Pause, type PauseCause } from '../apps/pauses';
import type { Store } from '../store/store';
import { TABLES, type LaneRow } from '../store/tables';
import { bumpVersion } from '../store/version';
import { closePausedPush } from './close-pushes';

/**
 * @param also what must be written with the pause or not at all
 * @returns whether the lane was not paused for this cause before
 */
export async function pauseLane(
  store: Store,
  laneId: number,
  pause: Omit<Pause, 'at'>,
  also?: (trx: Knex.Transaction) => Promise<unknown>,
): Promise<boolean> {
  const add = (pauses: readonly Pause[]) => withPause(pauses, { ...pause, at: store.now() });
  const { before, after } = await changePauses(store, laneId, add, also);
  return after.length > before.length;
}

/**
 * Clears causes of a lane's pause. If a fatal answer or the guard is among them, the push that it paused ends with it.
 * Decided by what is stored, not by what this process remembers: another one may have paused the lane just now.
 *
 * @returns the pauses that stay
 */
export async function clearPauses(store: Store, laneId: number, causes: readonly PauseCause[]): Promise<Pause[]> {
  const { after } = await changePauses(store, laneId, (pauses) => withoutCauses(pauses, causes));
  return after;
}

async function changePauses(
  store: Store,
  laneId: number,
  change: (pauses: readonly Pause[]) => Pause[],
  also?: (trx: Knex.Transaction) => Promise<unknown>,
) {
  return store.transaction(async (trx) => {
    await bumpVersion(trx);
    // The UPDATE is the lock: nobody else changes the pauses between the SELECT and the next UPDATE.
    await trx<LaneRow>(TABLES.lanes).where({ id: laneId }).increment('beat', 1);
    const lane = await trx<LaneRow>(TABLES.lanes).where({ id: laneId }).first('pauses');
    const before = parsePauses(lane?.pauses ?? '[]');
    const after = change(before);
    await trx<LaneRow>(TABLES.lanes)
      .where({ id: laneId })
      .update({ pauses: JSON.stringify(after) });
    if (hasFault(before) && !hasFault(after)) await closePausedPush(trx, laneId);
    await also?.(trx);
    return { before, after };
  });
}

const hasFault = (pauses: readonly Pause[]) => pauses.some(({ cause }) => cause === 'fatal' || cause === 'guard');
