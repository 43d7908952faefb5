import type { PushRow } from '../../store/tables';
import type { DeliveryEntry } from './delivery-entry';
import { emptyCheckpoint, type Checkpoint } from './checkpoint';
import { addToCheckpoint } from './add-to-checkpoint';

/**
 * What the devices of a held shard came to since the last checkpoint. A device is forgotten as soon as it and all before
 * it are decided: what is kept is what is on its way, however many devices the shard has.
 */
export interface PendingDevices {
  /** A device of the scan, in order of id. */
  met(entry: DeliveryEntry): void;
  /** A device of a retry, in any order. */
  retried(entry: DeliveryEntry): void;
  /** A retry whose device is gone or has another token. */
  removed(retryId: number): void;
  /** Every device up to this id was met. */
  scannedTo(id: number): void;
  /** To be called when devices of the scan were decided. */
  advance(): void;
  /** Rows that the next checkpoint would write, besides the shard's own. */
  readonly rows: number;
  /** Everything that was decided, up to the first device of the scan that was not. The book goes on from there. */
  take(): Checkpoint;
}

export interface PendingDevicesOptions {
  /** The push as this process knows it now. */
  push: () => Readonly<PushRow>;
  /** Where the shard's last checkpoint stands. */
  cursor: number;
  now: () => number;
}

/** Decided entries at the head of the list before it is cut. */
const CUT = 1_024;

export function createPendingDevices({ push, cursor, now }: PendingDevicesOptions): PendingDevices {
  /** The scan's devices from the first undecided on; those before `first` are in the checkpoint. */
  let scan: DeliveryEntry[] = [];
  let first = 0;
  let retries: DeliveryEntry[] = [];
  let scanned = cursor;
  let checkpoint = emptyCheckpoint(cursor);

  function advance(): void {
    if (first >= scan.length || !scan[first].decision) return;
    const at = now();
    while (first < scan.length && scan[first].decision) {
      checkpoint.cursor = scan[first].device.id;
      addToCheckpoint(checkpoint, scan[first++], push(), at);
    }
    if (first < CUT && first < scan.length) return;
    scan = scan.slice(first);
    first = 0;
  }

  return {
    met: (entry) => void scan.push(entry),
    retried: (entry) => void retries.push(entry),
    removed(retryId) {
      checkpoint.counters.removed++;
      checkpoint.endedRetries.push(retryId);
    },
    scannedTo(id) {
      scanned = id;
    },
    advance,
    get rows() {
      const { newRetries, retired, gone, suspects, welcomed } = checkpoint;
      return newRetries.length + retired.length + gone.length + suspects.length + welcomed.length;
    },
    take() {
      advance();
      if (scan.length === 0) checkpoint.cursor = Math.max(checkpoint.cursor, scanned);
      for (const entry of retries) if (entry.decision) addToCheckpoint(checkpoint, entry, push(), now());
      retries = retries.filter((entry) => !entry.decision);
      const taken = checkpoint;
      checkpoint = emptyCheckpoint(taken.cursor);
      return taken;
    },
  };
}
