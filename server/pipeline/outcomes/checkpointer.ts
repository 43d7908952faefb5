import { createComplaint } from '../complaint';
import type { Lease } from '../push';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeError } from '../../store/database-error';
import type { Store } from '../../store/store';
import type { PushRow, ShardRow } from '../../store/tables';
import { failpoint } from '../failpoint';
import { LeaseLost, writeCheckpoint, type After, type Checkpoint } from './checkpoint';
import type { Decision } from './decide';
import type { DeliveryEntry } from './delivery-entry';
import { createPendingDevices, type PendingDevices } from './pending-devices';

/**
 * Writes down what became of the devices of one held shard: a checkpoint about once a second, which renews the lease; and
 * says when the lease is too old to send under.
 */
export interface Checkpointer extends Pick<PendingDevices, 'met' | 'retried' | 'removed' | 'scannedTo'> {
  /** A device was decided, one that was met or retried before. */
  decided(entry: DeliveryEntry, decision: Decision): void;
  /** False once the lease is lost, or so old that another process might hold the shard. */
  maySend(): boolean;
  /** Writes the last checkpoint and gives the shard back. Goes on trying while the database is away. Never rejects. */
  close(): Promise<void>;
}

export interface CheckpointerOptions {
  store: Store;
  /** The push as this process knows it now. */
  push: () => Readonly<PushRow>;
  shard: ShardRow;
  owner: string;
  leaseMs: number;
  log: { warn(message: string): void };
  /** Makes the delivery hand over nothing more. */
  stop(): void;
  /** Called after each checkpoint with acceptances in it. */
  onAcceptance(): void;
  /** Called after each checkpoint with refusals in it. */
  onRefusals(): Promise<void>;
}

const CHECKPOINT_MS = 1_000;
/** Rows after which a checkpoint does not wait: a long transaction would keep editors waiting on SQLite. */
const MOST_ROWS = 500;
/** Sending ends so much of the lease before its end. */
const MARGIN = 0.2;
/**
 * The last checkpoint is tried for so many leases. As long as nobody took the shard, what was answered can still be
 * written down, however late; after that its devices are sent to once more.
 */
const LEASES_TO_TRY = 10;

export function createCheckpointer(options: CheckpointerOptions): Checkpointer {
  const { store, push, shard, leaseMs } = options;
  const lease: Lease = { shardId: shard.id, owner: options.owner, fence: shard.fence };
  const reasons = new Map(Object.entries(JSON.parse(shard.reasons) as Record<string, number>));
  const everyMs = Math.min(CHECKPOINT_MS, leaseMs / 4);

  const pending = createPendingDevices({ push, cursor: shard.cursor, now: store.now });
  let beat = shard.beat;
  /** A checkpoint that could not be written; the next attempt writes the same. */
  let unwritten: Checkpoint | null = null;
  let lost = false;
  let closing = false;
  const complaint = createComplaint((message) => options.log.warn(message));
  let sendUntil = performance.now() + leaseMs * (1 - MARGIN);
  let running: Promise<void> | null = null;
  const timer = setInterval(() => void writeNext({ kind: 'hold', leaseMs }), everyMs);

  async function write(after: After): Promise<void> {
    const before = performance.now();
    const checkpoint = unwritten ?? pending.take();
    unwritten = checkpoint;
    const summed = new Map(reasons);
    for (const [reason, by] of checkpoint.reasons) summed.set(reason, (summed.get(reason) ?? 0) + by);
    failpoint('before-checkpoint');
    await writeCheckpoint({
      store,
      lease,
      beat,
      push: push(),
      checkpoint,
      reasons: JSON.stringify(Object.fromEntries(summed)),
      after,
    });
    failpoint('after-checkpoint');
    unwritten = null;
    complaint.recovered();
    beat++;
    for (const [reason, count] of summed) reasons.set(reason, count);
    if (checkpoint.counters.accepted > 0) options.onAcceptance();
    sendUntil = before + leaseMs * (1 - MARGIN);
    if (checkpoint.guardRefusals > 0) await options.onRefusals();
  }

  function complain(error: unknown): void {
    complaint.failed(`shard ${shard.id}: checkpoint not written, will try again: ${describeError(error)}`);
  }

  async function writeLast(): Promise<void> {
    const giveUpAt = performance.now() + leaseMs * LEASES_TO_TRY;
    for (;;) {
      try {
        if (unwritten) await write({ kind: 'hold', leaseMs });
        await write({ kind: 'release' });
        return;
      } catch (error) {
        if (error instanceof LeaseLost || performance.now() > giveUpAt) throw error;
        complain(error);
        await sleep(everyMs, undefined, { ref: false });
      }
    }
  }

  /** One at a time: a slow database makes checkpoints rarer, not parallel. */
  async function writeNext(after: After): Promise<void> {
    if (running || lost || closing) return;
    running = write(after)
      .catch((error: unknown) => {
        if (error instanceof LeaseLost) {
          lost = true;
          clearInterval(timer);
          options.stop();
          options.log.warn(`${error.message}; what this process had in hand is left to it`);
        } else {
          complain(error);
        }
      })
      .finally(() => {
        running = null;
      });
    await running;
  }

  return {
    met: pending.met,
    retried: pending.retried,
    removed: pending.removed,
    scannedTo: pending.scannedTo,
    decided(entry, decision) {
      entry.decision = decision;
      pending.advance();
      if (pending.rows >= MOST_ROWS && !running && !unwritten) void writeNext({ kind: 'hold', leaseMs });
    },
    maySend: () => !lost && performance.now() < sendUntil,
    async close() {
      if (running) await running;
      closing = true;
      clearInterval(timer);
      if (lost) return;
      await writeLast().catch((error: unknown) =>
        options.log.warn(`shard ${shard.id}: last checkpoint not written: ${describeError(error)}`),
      );
    },
  };
}
