import { batches } from '../../store/batches';
import { plus, valueOf } from '../../store/computed';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Knex } from 'knex';
import { readNumber } from '../../store/from-db';
import type { Store } from '../../store/store';
import { TABLES, type DeviceRow, type PushRow, type ShardRow } from '../../store/tables';
import { isUnmet } from './claim';
import { failpoint } from '../failpoint';

/** Answers of a push, as far as the guard weighs them. */
export interface GuardSums {
  answers: number;
  /** Devices accepted before that are called gone are among them. */
  refusals: number;
  gone: number;
  /** The same of the canary alone; null where there was none. */
  canary: { answers: number; refusals: number; isThrough: boolean } | null;
}

const LEAST_REFUSALS = 20;
const LEAST_ANSWERS = 50;
const REFUSED_SHARE = 0.2;
const LEAST_CANARY_ANSWERS = 5;

/**
 * Whether so many tokens are refused that the fault must be ours: the wrong environment or bundle id makes every token
 * look dead. At least 20 refusals and more than 20 % of at least 50 answers, or all of at least 5 canary answers.
 *
 * A lane that never had an acceptance has nothing but registrations, and anybody may have invented those: there, one
 * device that its canary reaches proves the set-up, however many others are refused.
 */
export function guardTrips(
  { answers, refusals, canary }: Omit<GuardSums, 'gone'>,
  scope: PushRow['guard_scope'],
): boolean {
  const canaryIsLost =
    canary !== null && canary.isThrough && canary.answers >= LEAST_CANARY_ANSWERS && canary.refusals === canary.answers;
  if (canaryIsLost || (scope === 'all' && canary !== null)) return canaryIsLost;
  return refusals >= LEAST_REFUSALS && answers >= LEAST_ANSWERS && refusals / answers > REFUSED_SHARE;
}

/** Sums over the shards of a push, whichever processes hold them. */
export async function guardSums(knex: Knex, pushId: number): Promise<GuardSums> {
  const sums = (await knex<ShardRow>(TABLES.shards)
    .where({ push_id: pushId })
    .sum({ answers: 'guard_answers', refusals: 'guard_refusals', gone: 'gone' })
    .first()) as { answers: unknown; refusals: unknown; gone: unknown };
  const canary = await knex<ShardRow>(TABLES.shards).where({ push_id: pushId, canary: 1 }).first();
  return {
    answers: readNumber(sums.answers) ?? 0,
    refusals: readNumber(sums.refusals) ?? 0,
    gone: readNumber(sums.gone) ?? 0,
    canary: canary
      ? { answers: canary.guard_answers, refusals: canary.guard_refusals, isThrough: !isUnmet(canary) }
      : null,
  };
}

const BATCH = 500;

/**
 * Marks the push and takes back what its refusals counted: refusals of a push whose guard tripped never count towards
 * retirement.
 *
 * @returns whether the lane is to be paused for it; false when an administrator said "send anyway" meanwhile
 */
export async function tripGuard(store: Store, push: RefusedPush): Promise<boolean> {
  const tripped = await store
    .knex<PushRow>(TABLES.pushes)
    .where({ id: push.id, guard: 1 })
    .update({ guard_tripped: 1, beat: plus(store.knex, 'beat') });
  failpoint('after-guard');
  await takeBackRefusals(store, push);
  return tripped === 1;
}

/** Undoes what the refusals of a push counted. */
export async function takeBackRefusals(store: Store, push: RefusedPush): Promise<void> {
  const { knex } = store;
  for await (const ids of refusedBy(store, push)) {
    await knex<DeviceRow>(TABLES.devices)
      .whereIn('id', ids)
      .where({ refused_push: push.id })
      .update({
        refusals: plus(knex, 'refusals', -1),
        refused_at: valueOf(knex, 'refused_before'),
        refused_before: null,
        refused_push: null,
      });
  }
}

/** How many pushes must have refused a token, a day apart, before it is retired. */
const REFUSALS_TO_RETIRE = 3;

/** Deletes the devices that a finished push refused for the third time. */
export async function retireSuspects(store: Store, push: RefusedPush): Promise<void> {
  for await (const ids of refusedBy(store, push)) {
    await store
      .knex<DeviceRow>(TABLES.devices)
      .whereIn('id', ids)
      .where({ refused_push: push.id })
      .where('refusals', '>=', REFUSALS_TO_RETIRE)
      .delete();
  }
}

type RefusedPush = Pick<PushRow, 'id' | 'lane_id' | 'hi'>;

/** Device ids looked at in one statement: all at once would hold Strapi up on SQLite, where a query is no promise. */
const WINDOW = 5_000;

/** The devices whose latest refusal a push counted. */
async function* refusedBy({ knex }: Store, push: RefusedPush): AsyncGenerator<number[]> {
  for (let lo = 0; lo < push.hi; lo += WINDOW) {
    const rows = await knex<DeviceRow>(TABLES.devices)
      .where({ lane_id: push.lane_id, refused_push: push.id })
      .where('id', '>', lo)
      .where('id', '<=', Math.min(lo + WINDOW, push.hi))
      .select('id');
    const ids = rows.map(({ id }) => id);
    yield* batches(ids, BATCH);
    await nextTurn();
  }
}
