import type { Knex } from 'knex';
import { parsePauses, withoutCauses, withPause, type Pause, type PauseCause } from '../apps/pauses';
import type { Store } from '../store/store';
import { TABLES, type LaneRow } from '../store/tables';
import { bumpVersion } from '../store/version';
import { closePausedPush } from './close-pushes';

/** @returns whether the lane was not paused for this cause before */
export async function pauseLane(store: Store, laneId: number, pause: Omit<Pause, 'at'>): Promise<boolean> {
  return store.transaction(async (trx) => {
    const { before, after } = await changePauses(trx, laneId, (pauses) =>
      withPause(pauses, { ...pause, at: store.now() }),
    );
    return after.length > before.length;
  });
}

/**
 * Clears causes of a lane's pause. If a fatal answer or the guard is among them, the push that it paused ends with it.
 * Decided by what is stored, not by what this process remembers: another one may have paused the lane just now.
 *
 * @returns the pauses that were cleared, and those that stay
 */
export async function clearPauses(
  trx: Knex.Transaction,
  laneId: number,
  causes: readonly PauseCause[],
): Promise<{ cleared: Pause[]; left: Pause[] }> {
  const { before, after } = await changePauses(trx, laneId, (pauses) => withoutCauses(pauses, causes));
  if (hasFault(before) && !hasFault(after)) await closePausedPush(trx, laneId);
  return { cleared: before.filter(({ cause }) => causes.includes(cause)), left: after };
}

/** Changes why a lane is paused, in a transaction that has not read the lane yet; every process reloads. */
export async function changePauses(
  trx: Knex.Transaction,
  laneId: number,
  change: (pauses: readonly Pause[]) => Pause[],
): Promise<{ before: Pause[]; after: Pause[] }> {
  await bumpVersion(trx);
  // The UPDATE is the lock: nobody else changes the pauses between the SELECT and the next UPDATE.
  await trx<LaneRow>(TABLES.lanes).where({ id: laneId }).increment('beat', 1);
  const lane = await trx<LaneRow>(TABLES.lanes).where({ id: laneId }).first('pauses');
  const before = parsePauses(lane?.pauses ?? '[]');
  const after = change(before);
  await trx<LaneRow>(TABLES.lanes)
    .where({ id: laneId })
    .update({ pauses: JSON.stringify(after) });
  return { before, after };
}

const hasFault = (pauses: readonly Pause[]) => pauses.some(({ cause }) => cause === 'fatal' || cause === 'guard');
