import { plus } from '../../store/computed';
import type { Knex } from 'knex';
import { fromDb } from '../../store/from-db';
import type { Store } from '../../store/store';
import { TABLES, type PushRow, type RetryRow, type ShardRow } from '../../store/tables';
import { failpoint } from '../failpoint';

/** Proof that this process holds a shard: every write carries it, and a stale one changes nothing. */
export interface Lease {
  shardId: number;
  owner: string;
  fence: number;
}

export interface ClaimOptions {
  store: Store;
  /** This process. */
  owner: string;
  leaseMs: number;
  random: () => number;
  /** Shards that this process holds. It never takes one of them again, even when a lease of its own ran out. */
  held: Set<number>;
}

/**
 * Lists shards that are worth trying: first those whose devices were not all met; once there are none left, also at
 * other processes, those with retries that are due. Until every device of the canary was answered or handed to
 * `retries`, the canary alone.
 *
 * @returns at most `limit` ids, in an order left to chance, so that processes do not queue for the same shard
 */
export async function listClaimable(options: ClaimOptions, push: Readonly<PushRow>, limit: number): Promise<number[]> {
  const { store, held, random } = options;
  const { knex } = store;
  const now = store.now();
  const canary = await canaryIsOut(store, push);
  if (canary) return isFree(fromDb(canary), now) && !held.has(canary.id) ? [canary.id] : [];
  const open = knex<ShardRow>(TABLES.shards).where({ push_id: push.id, state: 'open' });
  const shards = (await hasUnmet(store, push)) ? open.where('cursor', '<', knex.ref('hi')) : open;
  const free = await shards
    .where('lease_until', '<', now)
    .where('due_at', '<=', now)
    .orderBy('seq')
    .limit(limit + held.size)
    .select('id');
  const ids = free.map(({ id }) => id).filter((id) => !held.has(id));
  return shuffle(ids.slice(0, limit), random);
}

/** @returns the push's canary while some of its devices were neither answered nor handed to `retries` as themselves */
export async function canaryIsOut({ knex }: Store, push: Pick<PushRow, 'id'>): Promise<ShardRow | null> {
  const canary = await knex<ShardRow>(TABLES.shards).where({ push_id: push.id, canary: 1, state: 'open' }).first();
  if (!canary) return null;
  return isUnmet(canary) || (await hasRefused(knex, { shard_id: canary.id })) ? canary : null;
}

/** Whether devices wait that got an answer about their lane, none about themselves. */
export async function hasRefused(
  knex: Knex,
  where: Pick<RetryRow, 'shard_id'> | Pick<RetryRow, 'push_id'>,
): Promise<boolean> {
  const refused = await knex<RetryRow>(TABLES.retries)
    .where({ ...where, cause: 'refused' })
    .first('id');
  return refused !== undefined;
}

/** Whether the push has devices that were neither answered nor handed to `retries`, at whatever process. */
async function hasUnmet({ knex }: Store, push: Readonly<PushRow>): Promise<boolean> {
  if (push.planned_to < push.hi) return true;
  const unmet = await knex<ShardRow>(TABLES.shards)
    .where({ push_id: push.id, state: 'open' })
    .where('cursor', '<', knex.ref('hi'))
    .first('id');
  return unmet !== undefined;
}

/**
 * Claims a shard that was listed a while ago, if it is still worth it. Retries go last: a token that APNs refuses again
 * makes it lower the stream limit for the healthy.
 *
 * @returns the shard as it is now held, to be given up with `held.delete`; null when others were faster
 */
export async function claimShard(
  options: ClaimOptions,
  push: Readonly<PushRow>,
  shardId: number,
): Promise<ShardRow | null> {
  const { store, held } = options;
  const seen = await store.knex<ShardRow>(TABLES.shards).where({ id: shardId, push_id: push.id }).first();
  if (!seen || held.has(shardId) || !isFree(fromDb(seen), store.now())) return null;
  if (!isUnmet(seen) && (await hasUnmet(store, push)) && !(await canaryIsOut(store, push))) return null;
  const shard = await takeShard(options, seen);
  if (shard) held.add(shard.id);
  return shard;
}

function isFree(shard: Pick<ShardRow, 'state' | 'lease_until' | 'due_at'>, now: number): boolean {
  return shard.state === 'open' && shard.lease_until < now && shard.due_at <= now;
}

function shuffle<T>(items: T[], random: () => number): T[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [items[last], items[other]] = [items[other], items[last]];
  }
  return items;
}

/** Some of the shard's devices were neither answered nor handed to `retries`. */
export function isUnmet(shard: Pick<ShardRow, 'cursor' | 'hi'>): boolean {
  return shard.cursor < shard.hi;
}

/**
 * Compare-and-set on the fence.
 *
 * @returns the shard as it stands once it is held; null when another process holds or took it
 */
export async function takeShard(
  { store, owner, leaseMs }: Pick<ClaimOptions, 'store' | 'owner' | 'leaseMs'>,
  seen: Pick<ShardRow, 'id' | 'fence'>,
): Promise<ShardRow | null> {
  const { knex } = store;
  const now = store.now();
  const fence = seen.fence + 1;
  const taken = await knex<ShardRow>(TABLES.shards)
    .where({ id: seen.id, fence: seen.fence, state: 'open' })
    .where('lease_until', '<', now)
    .update({ owner, fence, lease_until: now + leaseMs, beat: plus(knex, 'beat') });
  if (taken !== 1) return null;
  failpoint('after-claim');
  // Read again: its former holder may have moved the cursor after we looked.
  const shard = await knex<ShardRow>(TABLES.shards).where({ id: seen.id, fence, owner }).first();
  return shard ? fromDb(shard) : null;
}
