import { performance } from 'node:perf_hooks';
import type { Store } from '../store/store';
import type { PushRow, ShardRow } from '../store/tables';
import type { Lease } from './claim';
import type { DeliveryEntry } from './delivery-entry';
import { failpoint } from './failpoint';
import { emptySettlement, LeaseLost, settle, type After, type Settlement } from './settlement';
import { tally } from './tally';

/**
 * The book of one held shard: what was handed over and not yet written down. It writes a checkpoint about once a
 * second, which renews the lease, and says when the lease is too old to send under.
 */
export interface ShardLedger {
  /** A device of the scan, in order of id. */
  met(entry: DeliveryEntry): void;
  /** A device of a retry, in any order. */
  retried(entry: DeliveryEntry): void;
  /** A retry whose device is gone or has another token. */
  removed(retryId: number): void;
  /** Every device up to this id was met. */
  scannedTo(id: number): void;
  /** False once the lease is lost, or so old that another process might hold the shard. */
  maySend(): boolean;
  /** Writes the last checkpoint and gives the shard back. */
  close(): Promise<void>;
  /** Something unforeseen: logs it, lets the lease run out. */
  failed(error: unknown): void;
}

export interface ShardLedgerOptions {
  store: Store;
  push: PushRow;
  shard: ShardRow;
  owner: string;
  leaseMs: number;
  log: { warn(message: string): void; error(message: string): void };
  /** Makes the delivery hand over nothing more. */
  stop(): void;
  onRefusals(): Promise<void>;
}

const CHECKPOINT_MS = 1_000;
/** Sending ends so much of the lease before its end. */
const MARGIN = 0.2;

export function createShardLedger(options: ShardLedgerOptions): ShardLedger {
  const { store, push, shard, leaseMs } = options;
  const lease: Lease = { shardId: shard.id, owner: options.owner, fence: shard.fence };
  const reasons = new Map(Object.entries(JSON.parse(shard.reasons) as Record<string, number>));
  const everyMs = Math.min(CHECKPOINT_MS, leaseMs / 4);

  /** The scan's devices above the cursor, in order; those before `first` were written down. */
  let scan: DeliveryEntry[] = [];
  let first = 0;
  let retries: DeliveryEntry[] = [];
  let gone: number[] = [];
  let scanned = shard.cursor;
  let beat = shard.beat;
  let cursor = shard.cursor;
  /** A checkpoint that could not be written; the next attempt writes the same. */
  let unwritten: Settlement | null = null;
  let lost = false;
  let closing = false;
  let sendUntil = performance.now() + leaseMs * (1 - MARGIN);
  let running: Promise<void> | null = null;
  const timer = setInterval(() => void checkpoint({ kind: 'hold', leaseMs }), everyMs);

  /** Everything that was decided, up to the first device of the scan that was not. */
  function collect(): Settlement {
    const now = store.now();
    const settlement = emptySettlement(cursor);
    while (first < scan.length && scan[first].decision) {
      settlement.cursor = scan[first].device.id;
      tally(settlement, scan[first++], push, now);
    }
    if (first === scan.length) {
      scan = [];
      first = 0;
      settlement.cursor = Math.max(settlement.cursor, scanned);
    }
    for (const entry of retries) if (entry.decision) tally(settlement, entry, push, now);
    retries = retries.filter((entry) => !entry.decision);
    settlement.counters.removed += gone.length;
    settlement.endedRetries.push(...gone);
    gone = [];
    return settlement;
  }

  async function write(after: After): Promise<void> {
    const before = performance.now();
    const settlement = unwritten ?? collect();
    unwritten = settlement;
    const summed = new Map(reasons);
    for (const [reason, by] of settlement.reasons) summed.set(reason, (summed.get(reason) ?? 0) + by);
    failpoint('before-settlement');
    await settle({
      store,
      lease,
      beat,
      push,
      settlement,
      reasons: JSON.stringify(Object.fromEntries(summed)),
      after,
    });
    failpoint('after-settlement');
    unwritten = null;
    beat++;
    cursor = settlement.cursor;
    for (const [reason, count] of summed) reasons.set(reason, count);
    if (settlement.counters.accepted > 0) push.first_accepted_at ??= store.now();
    sendUntil = before + leaseMs * (1 - MARGIN);
    if (settlement.guardRefusals > 0) await options.onRefusals();
  }

  /** One at a time: a slow database makes checkpoints rarer, not parallel. */
  async function checkpoint(after: After): Promise<void> {
    if (running || lost || closing) return;
    running = write(after)
      .catch((error: unknown) => {
        if (error instanceof LeaseLost) {
          lost = true;
          clearInterval(timer);
          options.stop();
          options.log.warn(`${error.message}; what this process had in hand is left to it`);
        } else {
          options.log.warn(`shard ${shard.id}: checkpoint not written, will try again: ${messageOf(error)}`);
        }
      })
      .finally(() => {
        running = null;
      });
    await running;
  }

  return {
    met: (entry) => void scan.push(entry),
    retried: (entry) => void retries.push(entry),
    removed: (retryId) => void gone.push(retryId),
    scannedTo(id) {
      scanned = id;
    },
    maySend: () => !lost && performance.now() < sendUntil,
    async close() {
      if (running) await running;
      closing = true;
      clearInterval(timer);
      if (lost) return;
      try {
        if (unwritten) await write({ kind: 'hold', leaseMs });
        await write({ kind: 'release' });
      } catch (error) {
        options.log.warn(`shard ${shard.id}: last checkpoint not written, its lease will run out: ${messageOf(error)}`);
      }
    },
    failed(error) {
      clearInterval(timer);
      options.stop();
      options.log.error(`shard ${shard.id}: ${messageOf(error)}`);
    },
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
