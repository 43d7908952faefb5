import type { Knex } from 'knex';
import { fromDb } from '../store/from-db';
import type { Store } from '../store/store';
import { TABLES, type PushRow, type ShardRow } from '../store/tables';
import { failpoint } from './failpoint';

/** Proof that this process holds a shard: every write carries it, and a stale one changes nothing. */
export interface Lease {
  shardId: number;
  owner: string;
  fence: number;
}

/** How many shards are looked at; which of them is tried is left to chance, so that processes do not queue for one. */
const CANDIDATES = 8;

export interface ClaimOptions {
  store: Store;
  /** This process. */
  owner: string;
  leaseMs: number;
  random: () => number;
}

/**
 * Claims a shard that is worth working on: first those whose devices were not all met; once there are none left, also
 * at other processes, those with retries that are due. Until every device of the canary was answered or handed to
 * `retries`, only the canary can be claimed.
 *
 * @returns the shard as it is now held; null when there is nothing to do or others were faster
 */
export async function claimShard(options: ClaimOptions, push: PushRow): Promise<ShardRow | null> {
  const { knex } = options.store;
  const canary = await knex<ShardRow>(TABLES.shards).where({ push_id: push.id, canary: 1 }).first();
  if (canary && isUnmet(canary)) return takeShard(options, canary);
  const open = knex<ShardRow>(TABLES.shards).where({ push_id: push.id, state: 'open' });
  const unmet = open.clone().where('cursor', '<', knex.ref('hi'));
  const now = options.store.now();
  const claimable = (shards: Knex.QueryBuilder<ShardRow, ShardRow[]>) =>
    shards.where('lease_until', '<', now).where('due_at', '<=', now).orderBy('seq').limit(CANDIDATES);
  const scans = await claimable(unmet.clone());
  // Retries go last: a token that APNs refuses again makes it lower the stream limit for the healthy.
  const scanning = scans.length > 0 || push.planned_to < push.hi || (await unmet.clone().first('id')) !== undefined;
  const shards = scanning ? scans : await claimable(open);
  if (shards.length === 0) return null;
  return takeShard(options, shards[Math.floor(options.random() * shards.length)]);
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
    .update({ owner, fence, lease_until: now + leaseMs, beat: knex.raw('beat + 1') as unknown as number });
  if (taken !== 1) return null;
  failpoint('after-claim');
  // Read again: its former holder may have moved the cursor after we looked.
  const shard = await knex<ShardRow>(TABLES.shards).where({ id: seen.id, fence, owner }).first();
  return shard ? fromDb(shard) : null;
}
