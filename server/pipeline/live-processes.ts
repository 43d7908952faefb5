import { performance } from 'node:perf_hooks';
import type { Store } from '../store/store';
import { TABLES, type InstanceRow } from '../store/tables';

/** Tells the others that this process is there, and keeps its clock with the database's. */
export interface LiveProcesses {
  /** How many processes worked on this database, this one among them, when it was last looked at. */
  readonly instances: number;
  /** To be called often; does something every few seconds. */
  keep(): Promise<void>;
  /** Counts the processes, and writes nothing. */
  look(): Promise<void>;
  leave(): Promise<void>;
}

const BEAT_MS = 10_000;
/** A process that was not seen for so long counts as gone. */
const GONE_MS = 30_000;

/** @param id this process */
export function createLiveProcesses(store: Store, id: string): LiveProcesses {
  let beatAt = -Infinity;
  let instances = 0;
  return {
    get instances() {
      return instances;
    },
    async keep() {
      if (performance.now() - beatAt < BEAT_MS) return;
      // Hosts drift, and an administrator may set the database's clock: leases must agree all the same.
      await store.clock.synchronise();
      const seen = { seen_at: store.now() };
      await store
        .knex<InstanceRow>(TABLES.instances)
        .insert({ id, ...seen })
        .onConflict('id')
        .merge(seen);
      instances = await countPresent(store);
      beatAt = performance.now();
    },
    async look() {
      instances = await countPresent(store);
    },
    async leave() {
      await store.knex<InstanceRow>(TABLES.instances).where({ id }).delete();
    },
  };
}

async function countPresent({ knex, now }: Store): Promise<number> {
  const rows = await knex<InstanceRow>(TABLES.instances)
    .where('seen_at', '>', now() - GONE_MS)
    .select('id');
  return rows.length;
}
