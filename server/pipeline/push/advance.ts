import { plus } from '../../store/computed';
import type { Knex } from 'knex';
import type { Alarms } from '../../alarms/alarms';
import { countRows } from '../../store/count-rows';
import { fromDb } from '../../store/from-db';
import { noteFact } from '../../store/facts';
import type { Store } from '../../store/store';
import { TABLES, type DeviceRow, type LaneRow, type PushRow } from '../../store/tables';
import type { PushEnd, RetryRow, ShardRow } from '../../store/tables';
import { parseAudience, whereAudience } from '../../devices';
import { hasRefused, isUnmet, takeShard, type ClaimOptions } from './claim';
import { whereShard } from './canary';
import { beginClosing } from '../../apps/close-pushes';
import { endDeletions } from './deletions';
import { failpoint } from '../failpoint';
import { retireSuspects, takeBackRefusals } from './refusal-guard';
import { PUSH_VERSION } from '../../store/push-version';
import { planRest, readPush } from './plan';
import { sumCounters, sumReasons } from './counters';

export interface AdvanceOptions extends ClaimOptions {
  alarms: Pick<Alarms, 'raise'>;
}

/** Unfinished pushes that this code understands. */
export async function runningPushes(store: Store): Promise<PushRow[]> {
  const rows = await store
    .knex<PushRow>(TABLES.pushes)
    .where({ state: 'running' })
    .where('v', '<=', PUSH_VERSION)
    .orderBy('id');
  return rows.map((row) => fromDb(row));
}

/**
 * Moves a push on as far as its shards allow: expires it, closes what is being closed, says that it has announced,
 * finishes it. Any process may do it, any number of times.
 */
export async function advancePush(options: AdvanceOptions, seen: Readonly<PushRow>): Promise<void> {
  const { store } = options;
  let push = seen;
  if (push.closing === null && push.expires_at <= store.now()) {
    await beginClosing(store.knex, push.id, 'expired');
    push = (await readPush(store, push.id)) ?? push;
  }
  if (push.closing !== null) {
    await planRest(store, push);
    await closeShards(options, push);
    push = (await readPush(store, push.id)) ?? push;
  }
  if (push.planned_to < push.hi) return;
  const shards = await store.knex<ShardRow>(TABLES.shards).where({ push_id: push.id });
  if (push.closing === null && push.announced_at === null && !shards.some(isUnmet)) await announce(store, push);
  if (shards.every(({ state }) => state === 'done')) await finish(options, push, shards);
}

/** Every device was met: the lane's devices have been told, whatever becomes of the retries. */
async function announce(store: Store, push: Readonly<PushRow>): Promise<void> {
  if (await hasRefused(store.knex, { push_id: push.id })) return;
  await store.transaction(async (trx) => {
    const announced = await trx<PushRow>(TABLES.pushes)
      .where({ id: push.id, state: 'running' })
      .whereNull('announced_at')
      .whereNull('closing')
      .update({ announced_at: store.now(), beat: plus(trx, 'beat') });
    if (announced !== 1) return;
    // Marks only rise: a new epoch may have moved them to a later head meanwhile.
    for (const mark of ['announced', 'handled'] as const) {
      await trx<LaneRow>(TABLES.lanes)
        .where({ id: push.lane_id })
        .where(mark, '<', push.rev)
        .update({ [mark]: push.rev });
    }
  });
}

/** Ends the shards of a push that is being closed; those that a live process holds are ended when it gives them back. */
async function closeShards(options: ClaimOptions, push: Readonly<PushRow>): Promise<void> {
  const shards = await options.store
    .knex<ShardRow>(TABLES.shards)
    .where({ push_id: push.id, state: 'open' })
    .where('lease_until', '<', options.store.now());
  for (const seen of shards) {
    // Held by this process, whose checkpoint is late: what was answered is still to be written down.
    if (options.held.has(seen.id)) continue;
    const shard = await takeShard(options, seen);
    if (shard) await closeShard(options.store, push, shard);
  }
}

/** What was not met is added to `met` and to the closing cause, and what waits for a retry to the cause, once. */
async function closeShard(store: Store, push: Readonly<PushRow>, shard: ShardRow): Promise<void> {
  const cause = push.closing ?? 'cancelled';
  await store.transaction(async (trx) => {
    const held = await trx<ShardRow>(TABLES.shards)
      .where({ id: shard.id, fence: shard.fence, state: 'open' })
      .update({ state: 'done', owner: null, lease_until: 0, beat: shard.beat + 1 });
    // Another process took it meanwhile, and ends it.
    if (held !== 1) return;
    const unmet = isUnmet(shard) ? await countUnmet(trx, push, shard) : 0;
    const waiting = await trx<RetryRow>(TABLES.retries).where({ shard_id: shard.id }).delete();
    await trx<ShardRow>(TABLES.shards)
      .where({ id: shard.id })
      .update({ cursor: shard.hi, met: shard.met + unmet, [cause]: shard[cause] + unmet + waiting });
  });
}

async function countUnmet(trx: Knex.Transaction, push: Readonly<PushRow>, shard: ShardRow): Promise<number> {
  const devices = trx<DeviceRow>(TABLES.devices)
    .where({ lane_id: push.lane_id })
    .where('id', '>', shard.cursor)
    .where('id', '<=', shard.hi);
  return countRows(whereAudience(whereShard(devices, push, shard), parseAudience(push.audience)));
}

async function finish(options: AdvanceOptions, push: Readonly<PushRow>, shards: readonly ShardRow[]): Promise<void> {
  const { store } = options;
  const counters = sumCounters(shards);
  // Only a refusal can have counted: without one there is nothing to look for among a million devices.
  if (counters.rejected > 0) {
    if (push.guard_tripped === 1 || push.guard === 0) await takeBackRefusals(store, push);
    else await retireSuspects(store, push);
  }
  const gone = await endDeletions(options, push, shards);
  failpoint('before-finish');
  const ended: PushEnd = push.closing ?? 'done';
  const finishedAt = store.now();
  await store.transaction(async (trx) => {
    const finished = await trx<PushRow>(TABLES.pushes)
      .where({ id: push.id, state: 'running' })
      .update({
        state: 'finished',
        ended,
        finished_at: finishedAt,
        gone,
        reasons: JSON.stringify(sumReasons(shards)),
        beat: push.beat + 1,
        ...counters,
      });
    if (finished === 1) {
      const { id, uuid, since, rev, created_at: createdAt } = push;
      const told = { id, uuid, ended, since, rev, createdAt, finishedAt, counters };
      noteFact(trx, { kind: 'push-finished', laneId: push.lane_id, push: told });
      await trx<LaneRow>(TABLES.lanes).where({ id: push.lane_id, push_id: push.id }).update({ push_id: null });
    }
  });
}
