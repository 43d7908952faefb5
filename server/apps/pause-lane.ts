import type { Pause, PauseCause } from '../admin-api/contract';
import type { Knex } from 'knex';
import { parsePauses, withoutCauses, withPause } from './pauses';
import { parseProbation, type Probation } from './probation';
import { noteFact } from '../store/facts';
import type { Store } from '../store/store';
import { TABLES, type LaneRow, type PushRow } from '../store/tables';
import { bumpVersion } from '../store/version';
import { closePausedPush } from './close-pushes';

/** Why a lane does not send, or only now and then. */
export interface Standing {
  pauses: Pause[];
  probation: Probation | null;
}

/** Pauses a lane; where it is paused for this cause already, the first reason stays. */
export async function pauseLane(store: Store, laneId: number, pause: Omit<Pause, 'at'>): Promise<void> {
  const at = store.now();
  await store.transaction((trx) => changePauses(trx, laneId, (pauses) => withPause(pauses, { ...pause, at })));
}

/**
 * Pauses the lane of a push for what became of that push.
 *
 * @returns whether the lane is paused for it now
 */
export async function pauseForPush(
  store: Store,
  push: Pick<PushRow, 'id' | 'lane_id'>,
  pause: Omit<Pause, 'at'>,
): Promise<boolean> {
  const at = store.now();
  const standing = await changeForPush(store, push, ({ pauses, probation }) => ({
    pauses: withPause(pauses, { ...pause, at }),
    probation,
  }));
  return standing !== null;
}

/**
 * Changes how the lane of a push stands, for what became of that push. One that is being ended changes nothing: its lane
 * was resumed meanwhile, and the next push finds out by its canary.
 *
 * @returns how the lane stands now; null when the push does not run any more
 */
export async function changeForPush(
  store: Store,
  push: Pick<PushRow, 'id' | 'lane_id'>,
  change: (standing: Standing) => Standing,
): Promise<Standing | null> {
  return store.transaction(async (trx) => {
    let changed: Standing | null = null;
    await changeStanding(trx, push.lane_id, async (standing) => {
      // Under the lock of the lane, which resuming takes too.
      const running = await trx<PushRow>(TABLES.pushes)
        .where({ id: push.id, state: 'running' })
        .whereNull('closing')
        .first('id');
      changed = running ? change(standing) : null;
      return changed ?? standing;
    });
    return changed;
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
  const { before, after } = await changeStanding(trx, laneId, ({ pauses, probation }) => ({
    pauses: withoutCauses(pauses, causes),
    // Whoever lets a lane go on that APNs refused wants to see now whether it still does.
    probation: causes.includes('fatal') ? null : probation,
  }));
  if (hasFault(before.pauses) && !hasFault(after.pauses)) await closePausedPush(trx, laneId);
  return { cleared: before.pauses.filter(({ cause }) => causes.includes(cause)), left: after.pauses };
}

/** Changes why a lane is paused, in a transaction that has not read the lane yet; every process reloads. */
export async function changePauses(
  trx: Knex.Transaction,
  laneId: number,
  change: (pauses: readonly Pause[]) => Pause[],
): Promise<{ before: Pause[]; after: Pause[] }> {
  const { before, after } = await changeStanding(trx, laneId, ({ pauses, probation }) => ({
    pauses: change(pauses),
    probation,
  }));
  return { before: before.pauses, after: after.pauses };
}

/** Changes how a lane stands, in a transaction that has not read the lane yet; every process reloads. */
export async function changeStanding(
  trx: Knex.Transaction,
  laneId: number,
  change: (standing: Standing) => Standing | Promise<Standing>,
): Promise<{ before: Standing; after: Standing }> {
  await bumpVersion(trx);
  // The UPDATE is the lock: nobody else changes the pauses between the SELECT and the next UPDATE.
  await trx<LaneRow>(TABLES.lanes).where({ id: laneId }).increment('beat', 1);
  const lane = await trx<LaneRow>(TABLES.lanes).where({ id: laneId }).first('pauses', 'probation');
  const before = { pauses: parsePauses(lane?.pauses ?? '[]'), probation: parseProbation(lane?.probation ?? null) };
  const after = await change(before);
  await trx<LaneRow>(TABLES.lanes)
    .where({ id: laneId })
    .update({
      pauses: JSON.stringify(after.pauses),
      probation: after.probation && JSON.stringify(after.probation),
    });
  noteChange(trx, laneId, before, after);
  return { before, after };
}

/** A cause that is new is one pause, whoever found it; a refusal counts once a probe confirmed it. */
function noteChange(trx: Knex.Transaction, laneId: number, before: Standing, after: Standing): void {
  for (const pause of after.pauses) {
    if (before.pauses.some(({ cause }) => cause === pause.cause)) continue;
    noteFact(trx, { kind: 'lane-paused', laneId, pause });
  }
  const { probation } = after;
  if (probation === null || !isFailing(probation) || isFailing(before.probation)) return;
  const { code: reason, status, since } = probation;
  noteFact(trx, { kind: 'credential-failing', laneId, reason, status, since });
}

/** What answers in place of APNs says nothing of the credential. */
const isFailing = (probation: Probation | null): boolean =>
  probation !== null && probation.nextAt !== null && probation.refused > 0 && probation.code !== 'foreign-answer';

const hasFault = (pauses: readonly Pause[]) => pauses.some(({ cause }) => cause === 'fatal' || cause === 'guard');
