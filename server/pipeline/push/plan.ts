import { endOfNext, parseAudience, type Members } from '../../devices';
import { plus } from '../../store/computed';
import { fromDb, readNumber } from '../../store/from-db';
import type { Store } from '../../store/store';
import { TABLES, type PushRow, type ShardRow } from '../../store/tables';

/** Shards planned in one go: a push to a million devices need not be cut up before its first device is sent to. */
const BATCH = 8;

/**
 * Cuts the next devices of a push into shards. Compare-and-set on `planned_to`, so that several processes may plan.
 *
 * @returns how many shards it added; 0 when all is planned or another process was faster
 */
export async function planShards(store: Store, push: Readonly<PushRow>, shardSize: number): Promise<number> {
  const bounds: { lo: number; hi: number }[] = [];
  let lo = push.planned_to;
  const members = plannedOf(push);
  while (lo < push.hi && bounds.length < BATCH) {
    const hi = (await endOfNext(store.knex, members, { after: lo, upTo: push.hi, limit: shardSize })) ?? push.hi;
    bounds.push({ lo, hi });
    lo = hi;
  }
  if (bounds.length === 0) return 0;
  return (await addShards(store, push, bounds)) ? bounds.length : 0;
}

/** By locales a shard is so many devices of the lane; by tags, which are few among many, so many devices of the audience. */
const plannedOf = ({ lane_id: laneId, audience }: Readonly<PushRow>): Members => ({
  laneId,
  audience: parseAudience(audience),
});

/** One shard with all that is left, so that a push that is closed early can be closed shard by shard. */
export async function planRest(store: Store, push: Readonly<PushRow>): Promise<void> {
  if (push.planned_to < push.hi) await addShards(store, push, [{ lo: push.planned_to, hi: push.hi }]);
}

async function addShards(
  store: Store,
  push: Readonly<PushRow>,
  bounds: { lo: number; hi: number }[],
): Promise<boolean> {
  return store.transaction(async (trx) => {
    const planned = await trx<PushRow>(TABLES.pushes)
      .where({ id: push.id, state: 'running', planned_to: push.planned_to })
      .update({ planned_to: bounds[bounds.length - 1].hi, beat: plus(trx, 'beat') });
    if (planned !== 1) return false;
    const row = (await trx<ShardRow>(TABLES.shards).where({ push_id: push.id }).max('seq as seq').first()) as
      { seq: unknown } | undefined;
    let seq = readNumber(row?.seq) ?? 0;
    await trx<ShardRow>(TABLES.shards).insert(
      bounds.map(({ lo, hi }) => ({
        push_id: push.id,
        seq: ++seq,
        canary: 0 as const,
        lo,
        hi,
        cursor: lo,
        state: 'open' as const,
        reasons: '{}',
      })),
    );
    return true;
  });
}

export async function readPush(store: Store, pushId: number): Promise<PushRow | undefined> {
  const push = await store.knex<PushRow>(TABLES.pushes).where({ id: pushId }).first();
  return push && fromDb(push);
}
