import type { DeviceReport, ProvenDevice } from '../devices';
import { batches } from '../store/batches';
import { describeError } from '../store/database-error';
import type { Store } from '../store/store';
import { readLaneLogs } from './recent-pushes';
import { writeReports, type PendingReport } from './write-reports';

/**
 * What devices say of the content they have. It is kept in memory and written about once a second, many in one
 * transaction: a push to many devices would else bring as many writes as reads. A process that dies loses what it was
 * told within that second; a device's next report says the same again.
 */
export interface Reports {
  /** @returns false: too much waits to be written; the device may say it again later */
  add(device: Pick<ProvenDevice, 'rowId' | 'laneId'>, report: DeviceReport): boolean;
  /** Writes what waits. Never rejects. */
  flush(): Promise<void>;
  /** Writes what waits and takes no more. Never rejects. */
  stop(): Promise<void>;
}

export interface ReportsOptions {
  store: Store;
  /** Told once that nothing can be written, until something can. */
  complaint: { failed(message: string): void; recovered(): void };
  /** How long reports are collected. */
  everyMs?: number;
}

const EVERY_MS = 1_000;
const MOST = 50_000;
const ROWS = 500;

export function createReports({ store, complaint, everyMs = EVERY_MS }: ReportsOptions): Reports {
  let waiting = new Map<number, PendingReport>();
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> | null = null;
  let stopped = false;

  function schedule(): void {
    if (timer !== null || stopped) return;
    timer = setTimeout(() => void flush(), everyMs);
    timer.unref();
  }

  function flush(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    writing ??= write().finally(() => {
      writing = null;
      if (waiting.size > 0) schedule();
    });
    return writing;
  }

  async function write(): Promise<void> {
    const batch = waiting;
    waiting = new Map();
    try {
      const logs = await readLaneLogs(store, new Set([...batch.values()].map(({ laneId }) => laneId)));
      // In one order, so that two processes that write the same devices wait for each other and do not meet crosswise.
      for (const ids of batches(
        [...batch.keys()].sort((a, b) => a - b),
        ROWS,
      )) {
        await writeReports(store, ids, batch, logs);
        for (const id of ids) batch.delete(id);
      }
      complaint.recovered();
    } catch (error) {
      complaint.failed(`what devices said they hold was not written yet: ${describeError(error)}`);
      for (const [id, newer] of waiting) batch.set(id, merge(batch.get(id), newer));
      waiting = batch;
    }
  }

  return {
    add({ rowId, laneId }, report) {
      if (stopped || (waiting.size >= MOST && !waiting.has(rowId))) return false;
      waiting.set(rowId, merge(waiting.get(rowId), { laneId, at: store.now(), report }));
      schedule();
      return true;
    },
    flush,
    async stop() {
      stopped = true;
      await writing;
      if (waiting.size > 0) await flush();
    },
  };
}

/** A device that says something twice within a second holds what it said last. */
function merge(before: PendingReport | undefined, after: PendingReport): PendingReport {
  return before ? { ...after, report: { ...before.report, ...after.report } } : after;
}
