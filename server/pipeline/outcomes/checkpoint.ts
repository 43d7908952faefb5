import { batches } from '../../store/batches';
import { plus, valueOf } from '../../store/computed';
import { type Lease, NO_COUNTERS } from '../push';
import type { Knex } from 'knex';
import { countRows } from '../../store/count-rows';
import { readNumber } from '../../store/from-db';
import type { Store } from '../../store/store';
import { UNREFUSED } from '../../devices';
import { TABLES, type Counters, type DeviceRow, type FailureSampleRow, type LaneRow } from '../../store/tables';
import type { PushRow, RetryRow, ShardRow } from '../../store/tables';
import { failpoint } from '../failpoint';

/** Another process holds the shard: whatever this one still has in hand must not be written. */
export class LeaseLost extends Error {
  constructor(shardId: number) {
    super(`shard ${shardId} is held by another process`);
  }
}

/** A device and the token that was sent to: what is decided about it holds for this token only. */
export interface DeviceRef {
  id: number;
  tokenHash: string;
}

/**
 * All that a checkpoint of one shard writes. It covers exactly the devices up to `cursor`, and the retries named in it;
 * answers above the cursor wait in memory for the next one.
 */
export interface Checkpoint {
  cursor: number;
  counters: Counters;
  guardAnswers: number;
  guardRefusals: number;
  /** Devices accepted before that APNs calls gone. */
  goneCount: number;
  /** Answers that were not `accepted`, by `"<status> <reason>"`. */
  reasons: Map<string, number>;
  newRetries: Omit<RetryRow, 'id' | 'push_id' | 'shard_id'>[];
  /** Retries that wait again. */
  keptRetries: Pick<RetryRow, 'id' | 'attempts' | 'cause' | 'reason' | 'due_at'>[];
  endedRetries: number[];
  /** Gone, unless registered after `upTo`. */
  retired: (DeviceRef & { upTo: number })[];
  /** The same of devices accepted before: marked, and deleted when the push ends, if so many can be gone. */
  gone: (DeviceRef & { upTo: number })[];
  suspects: DeviceRef[];
  /** Accepted for the first time, or after a refusal. */
  welcomed: DeviceRef[];
  samples: Omit<FailureSampleRow, 'id' | 'push_id' | 'lane_id'>[];
}

export function emptyCheckpoint(cursor: number): Checkpoint {
  return {
    cursor,
    counters: { ...NO_COUNTERS },
    guardAnswers: 0,
    guardRefusals: 0,
    goneCount: 0,
    reasons: new Map(),
    newRetries: [],
    keptRetries: [],
    endedRetries: [],
    retired: [],
    gone: [],
    suspects: [],
    welcomed: [],
    samples: [],
  };
}

/** What happens to the shard after this checkpoint. */
export type After =
  | { kind: 'hold'; leaseMs: number }
  /** Given back: to be claimed again at once, or when the first retry is due. */
  | { kind: 'release' };

/** Rows of an INSERT, and ids of a list, in one statement. */
const ROWS = 100;
const IDS = 500;
const A_DAY_MS = 86_400_000;
const MOST_SAMPLES = 500;

export interface WriteOptions {
  store: Store;
  lease: Lease;
  /** The shard's `beat` before this checkpoint. */
  beat: number;
  push: Readonly<PushRow>;
  checkpoint: Checkpoint;
  /** The shard's reasons with those of this checkpoint, as JSON. */
  reasons: string;
  after: After;
}

/**
 * Writes a checkpoint in one transaction. The fenced UPDATE of the shard comes first: if it finds no row, nothing is
 * written, and each device is counted once, whoever else works on the push. `beat` tells whether this very checkpoint
 * was committed before, by a COMMIT whose answer got lost with the connection; it is then not written twice.
 *
 * @throws LeaseLost when another process holds the shard
 */
export async function writeCheckpoint(options: WriteOptions): Promise<void> {
  const { store, lease, push, checkpoint, after } = options;
  await store.transaction(async (trx) => {
    if (!(await moveShard(trx, options))) return;
    failpoint('mid-checkpoint');
    await writeRetries(trx, lease, push, checkpoint);
    await writeDevices(trx, store.now(), push, checkpoint);
    await writeSamples(trx, push, checkpoint);
    if (checkpoint.counters.accepted > 0) await noteAcceptance(trx, store.now(), push);
    if (after.kind === 'release') await release(trx, lease);
  });
}

/** @returns whether there is more to write; false when this checkpoint stands already */
async function moveShard(
  trx: Knex.Transaction,
  { store, lease, beat, checkpoint, reasons, after }: WriteOptions,
): Promise<boolean> {
  const { cursor, counters, guardAnswers, guardRefusals, goneCount } = checkpoint;
  const shard = { id: lease.shardId, fence: lease.fence };
  const held = await trx<ShardRow>(TABLES.shards)
    .where({ ...shard, owner: lease.owner, state: 'open', beat })
    .update({
      cursor,
      reasons,
      beat: beat + 1,
      guard_answers: plus(trx, 'guard_answers', guardAnswers),
      guard_refusals: plus(trx, 'guard_refusals', guardRefusals),
      gone: plus(trx, 'gone', goneCount),
      ...(after.kind === 'hold' ? { lease_until: store.now() + after.leaseMs } : {}),
      ...Object.fromEntries(Object.entries(counters).map(([name, by]) => [name, plus(trx, name, by as number)])),
    });
  if (held === 1) return true;
  const now = await trx<ShardRow>(TABLES.shards).where(shard).first('beat');
  if (now?.beat === beat + 1) return false;
  throw new LeaseLost(lease.shardId);
}

async function writeRetries(
  trx: Knex.Transaction,
  lease: Lease,
  push: Readonly<PushRow>,
  checkpoint: Checkpoint,
): Promise<void> {
  const rows = checkpoint.newRetries.map((retry) => ({ ...retry, push_id: push.id, shard_id: lease.shardId }));
  for (const batch of batches(rows, ROWS)) await trx<RetryRow>(TABLES.retries).insert(batch);
  for (const batch of batches(checkpoint.endedRetries, IDS)) {
    await trx<RetryRow>(TABLES.retries).whereIn('id', batch).where({ shard_id: lease.shardId }).delete();
  }
  for (const { id, ...kept } of checkpoint.keptRetries) await trx<RetryRow>(TABLES.retries).where({ id }).update(kept);
}

async function writeDevices(
  trx: Knex.Transaction,
  now: number,
  push: Readonly<PushRow>,
  { retired, gone, suspects, welcomed }: Checkpoint,
): Promise<void> {
  for (const { id, tokenHash, upTo } of retired) {
    await trx<DeviceRow>(TABLES.devices)
      .where({ id, token_hash: tokenHash })
      .where('registered_at', '<=', upTo)
      .delete();
  }
  for (const { id, tokenHash, upTo } of gone) {
    await trx<DeviceRow>(TABLES.devices)
      .where({ id, token_hash: tokenHash })
      .where('registered_at', '<=', upTo)
      .update({ gone_at: upTo, gone_push: push.id });
  }
  for (const { id, tokenHash } of suspects) {
    await trx<DeviceRow>(TABLES.devices)
      .where({ id, token_hash: tokenHash })
      .where((countable) => void countable.whereNull('refused_at').orWhere('refused_at', '<=', now - A_DAY_MS))
      .update({
        refusals: plus(trx, 'refusals', 1),
        refused_before: valueOf(trx, 'refused_at'),
        refused_at: now,
        refused_push: push.id,
      });
  }
  for (const batch of batches(welcomed, IDS)) {
    // Ids and tokens in two lists: a device that changed its token meanwhile is in neither pair.
    await trx<DeviceRow>(TABLES.devices)
      .whereIn(
        'id',
        batch.map(({ id }) => id),
      )
      .whereIn(
        'token_hash',
        batch.map(({ tokenHash }) => tokenHash),
      )
      .update({ accepted: 1, ...UNREFUSED });
  }
}

async function writeSamples(trx: Knex.Transaction, push: Readonly<PushRow>, { samples }: Checkpoint): Promise<void> {
  if (samples.length === 0) return;
  const kept = await countRows(trx<FailureSampleRow>(TABLES.failureSamples).where({ push_id: push.id }));
  const room = Math.max(0, MOST_SAMPLES - kept);
  const rows = samples.slice(0, room).map((sample) => ({ ...sample, push_id: push.id, lane_id: push.lane_id }));
  for (const batch of batches(rows, ROWS)) await trx<FailureSampleRow>(TABLES.failureSamples).insert(batch);
}

/** The budget counts a push from its first accepted device. */
async function noteAcceptance(trx: Knex.Transaction, now: number, push: Readonly<PushRow>): Promise<void> {
  if (push.first_accepted_at !== null) return;
  await trx<PushRow>(TABLES.pushes)
    .where({ id: push.id })
    .whereNull('first_accepted_at')
    .update({ first_accepted_at: now });
  await trx<LaneRow>(TABLES.lanes).where({ id: push.lane_id }).whereNull('accepted_at').update({ accepted_at: now });
}

async function release(trx: Knex.Transaction, lease: Lease): Promise<void> {
  const shard = await trx<ShardRow>(TABLES.shards).where({ id: lease.shardId }).first('cursor', 'hi');
  const waiting = (await trx<RetryRow>(TABLES.retries)
    .where({ shard_id: lease.shardId })
    .min('due_at as due')
    .first()) as { due: unknown } | undefined;
  const due = readNumber(waiting?.due);
  const scanned = shard !== undefined && shard.cursor >= shard.hi;
  await trx<ShardRow>(TABLES.shards)
    .where({ id: lease.shardId, fence: lease.fence })
    .update({
      owner: null,
      lease_until: 0,
      state: scanned && due === null ? 'done' : 'open',
      due_at: scanned && due !== null ? due : 0,
    });
}
