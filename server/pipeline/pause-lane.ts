import type { Knex } from 'knex';
import { parsePauses, withoutCauses, withPause, type Pause, type PauseCause } from '../apps/pauses';
import type { Store } from '../store/store';
import { TABLES, type LaneRow, type PushRow } from '../store/tables';
import { bumpVersion } from '../store/version';
import { closePausedPush } from './close-pushes';

/** Pauses a lane; where it is paused for this cause already, the first reason stays. */
export async function pauseLane(store: Store, laneId: number, pause: Omit<Pause, 'at'>): Promise<void> {
  const at = store.now();
  await store.transaction((trx) => changePauses(trx, laneId, (pauses) => withPause(pauses, { ...pause, at })));
}

/**
 * Pauses the lane of a push for what became of that push. One that is being ended pauses nothing: its lane was resumed
 * meanwhile, and the next push finds out by its canary.
 *
 * @returns whether the lane is paused for it now
 */
export async function pauseForPush(
  store: Store,
  push: Pick<PushRow, 'id' | 'lane_id'>,
  pause: Omit<Pause, 'at'>,
): Promise<boolean> {
  const at = store.now();
  return store.transaction(async (trx) => {
    let running: Pick<PushRow, 'id'> | undefined;
    await changePauses(trx, push.lane_id, async (pauses) => {
      // Under the lock of the lane, which resuming takes too.
      running = await trx<PushRow>(TABLES.pushes)
        .where({ id: push.id, state: 'running' })
        .whereNull('closing')
        .first('id');
      return running ? withPause(pauses, { ...pause, at }) : [...pauses];
    });
    return running !== undefined;
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
  change: (pauses: readonly Pause[]) => Pause[] | Promise<Pause[]>,
): Promise<{ before: Pause[]; after: Pause[] }> {
  await bumpVersion(trx);
  // The UPDATE is the lock: nobody else changes the pauses between the SELECT and the next UPDATE.
  await trx<LaneRow>(TABLES.lanes).where({ id: laneId }).increment('beat', 1);
  const lane = await trx<LaneRow>(TABLES.lanes).where({ id: laneId }).first('pauses');
  const before = parsePauses(lane?.pauses ?? '[]');
  const after = await change(before);
  await trx<LaneRow>(TABLES.lanes)
    .where({ id: laneId })
    .update({ pauses: JSON.stringify(after) });
  return { before, after };
}

const hasFault = (pauses: readonly Pause[]) => pauses.some(({ cause }) => cause === 'fatal' || cause === 'guard');
