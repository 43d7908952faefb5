import { withoutCauses, withPause } from '../../apps/pauses';
import {
  afterGoodAnswer,
  afterRefusal,
  afterTaking,
  currentProbe,
  isHopeless,
  mayBeAsked,
  parseProbation,
  type LaneRefusal,
  type Probation,
} from '../../apps/probation';
import type { Store } from '../../store/store';
import { TABLES, type LaneRow, type PushRow } from '../../store/tables';
import { changeForPush, changeStanding } from '../../apps/pause-lane';

/**
 * A lane's probation as all processes share it: each change is one transaction under the lock of the lane's row, so that
 * one process takes a probe, and one that dies with it costs a wait and no more.
 */
export interface ProbationOptions {
  store: Store;
  /** `delivery.probeAfterMs` */
  firstMs: number;
}

/** An answer that is no outcome of a device, and what the sender knows of its lane. */
export interface Refused {
  refusal: LaneRefusal;
  /** The probe that was refused; null: it was none. */
  probe: number | null;
  /** See `afterRefusal`. */
  steady: boolean;
}

/**
 * Writes down that APNs refused a push of a lane. Refused probe after probe, the lane is paused.
 *
 * @returns the lane's probation; null when the push does not run any more
 */
export async function noteRefusal(
  { store, firstMs }: ProbationOptions,
  push: Pick<PushRow, 'id' | 'lane_id'>,
  { refusal, probe, steady }: Refused,
): Promise<Probation | null> {
  const now = store.now();
  const standing = await changeForPush(store, push, ({ pauses, probation: known }) => {
    const probation = afterRefusal(known, refusal, { now, firstMs, probe, steady });
    if (!isHopeless(probation)) return { pauses, probation };
    const { code, status, answer } = refusal;
    const params = { status, ...(answer !== undefined && { answer }) };
    return { pauses: withPause(pauses, { cause: 'fatal', code, params, at: now }), probation };
  });
  return standing?.probation ?? null;
}

/**
 * Takes the lane's next probe, if it is due and no other process takes it.
 *
 * @param atLeastMs how long other processes leave the lane alone, unless the probe is answered
 * @returns the number of the probe; null: it is not ours
 */
export async function takeProbe(
  { store, firstMs }: ProbationOptions,
  laneId: number,
  atLeastMs: number,
): Promise<number | null> {
  const now = store.now();
  return store.transaction(async (trx) => {
    let taken: number | null = null;
    await changeStanding(trx, laneId, (standing) => {
      const { pauses, probation } = standing;
      if (!probation || probation.nextAt === null || probation.nextAt > now) return standing;
      if (!mayBeAsked(pauses, probation)) return standing;
      const after = afterTaking(probation, { now, firstMs, atLeastMs });
      taken = after.probes;
      return { pauses, probation: after };
    });
    return taken;
  });
}

/** APNs answered a probe as it should: the lane goes on, also one that was paused for it. */
export async function endProbation({ store }: ProbationOptions, laneId: number): Promise<void> {
  const now = store.now();
  await store.transaction((trx) =>
    changeStanding(trx, laneId, (standing) => {
      const { pauses, probation } = standing;
      if (!probation || probation.nextAt === null) return standing;
      return { pauses: withoutCauses(pauses, ['fatal']), probation: afterGoodAnswer(probation, now) };
    }),
  );
}

/** @returns the number of the probe that the lane is at, whichever process took it; null: it is not on probation */
export async function probeOf({ knex }: Store, laneId: number): Promise<number | null> {
  const lane = await knex<LaneRow>(TABLES.lanes).where({ id: laneId }).first('probation');
  return currentProbe(parseProbation(lane?.probation ?? null));
}
