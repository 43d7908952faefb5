import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PluginConfig } from '../config';
import { describeError } from '../store/database-error';
import { holdLease, isHeldByAnother, releaseLease } from '../store/leases';
import type { Store } from '../store/store';
import {
  purgeActs,
  purgeChanges,
  purgeInstances,
  purgePushes,
  purgeRemovedApps,
  purgeSamples,
  purgeTestAnswers,
  purgeUnseenDevices,
  type Purge,
} from './retention';

/** How many rows a run deleted. */
export interface Counts {
  pushes: number;
  acts: number;
  /** Of failures, and answers to test pushes. */
  samples: number;
  changes: number;
  devices: number;
  instances: number;
}

/** Deletes what is older than `retention` says, in whichever process holds the lease, a little at a time. */
export interface Housekeeper {
  /** Runs a while after start-up and then every hour. Keeps no process alive. */
  start(): void;
  /** Ends after the batch in hand. Never rejects. */
  stop(): Promise<void>;
  /** Runs once, if no other process does so now; otherwise deletes nothing. @throws the database's error */
  runOnce(): Promise<Counts>;
}

export interface HousekeeperOptions {
  store: Store;
  config: Pick<PluginConfig, 'retention'>;
  /** This process. */
  owner: string;
  log: { info(message: string): void; warn(message: string): void };
}

const DAY_MS = 86_400_000;
const EVERY_MS = 3_600_000;
/** Start-up has enough to do without it. */
const FIRST_MS = 60_000;
/** Between batches, for whoever else wants the database. */
const PAUSE_MS = 25;
const LEASE_MS = 60_000;
const INSTANCE_MS = DAY_MS;

export function createHousekeeper({ store, config, owner, log }: HousekeeperOptions): Housekeeper {
  const { pushesDays, samplesDays, changesDays, unseenDevicesDays } = config.retention;
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<Counts> | null = null;

  /** In this order: samples go with their pushes, so the old ones among them need no look of their own. */
  function* purges(): Generator<[keyof Counts, Purge]> {
    const now = store.now();
    yield ['pushes', purgePushes(store, now - pushesDays * DAY_MS)];
    // What people did is told as long as the pushes that it concerned.
    yield ['acts', purgeActs(store, now - pushesDays * DAY_MS)];
    yield ['samples', purgeSamples(store, now - samplesDays * DAY_MS)];
    yield ['samples', purgeTestAnswers(store, now - samplesDays * DAY_MS)];
    yield ['changes', purgeChanges(store, now - changesDays * DAY_MS)];
    yield ['devices', purgeRemovedApps(store)];
    yield ['devices', purgeUnseenDevices(store, now - unseenDevicesDays * DAY_MS)];
    yield ['instances', purgeInstances(store, now - INSTANCE_MS)];
  }

  /** Renews at a third of the lease; by this process's own clock, which nobody can set. */
  function createKeeper() {
    let renewAt = -Infinity;
    return async (): Promise<boolean> => {
      const now = performance.now();
      if (now < renewAt) return true;
      renewAt = now + LEASE_MS / 3;
      // On SQLite one process writes, the one whose engine works.
      if (store.client === 'sqlite' && (await isHeldByAnother(store, 'lease:engine', owner))) return false;
      return holdLease(store, 'lease:housekeeping', owner, LEASE_MS);
    };
  }

  async function run(): Promise<Counts> {
    const counts: Counts = { pushes: 0, acts: 0, samples: 0, changes: 0, devices: 0, instances: 0 };
    const keep = createKeeper();
    if (!(await keep())) return counts;
    try {
      for (const [kind, purge] of purges()) {
        for await (const deleted of purge) {
          counts[kind] += deleted;
          await sleep(PAUSE_MS, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
          if (stopping.signal.aborted || !(await keep())) return counts;
        }
      }
      return counts;
    } finally {
      await releaseLease(store, 'lease:housekeeping', owner);
    }
  }

  async function runOnce(): Promise<Counts> {
    running ??= run().finally(() => {
      running = null;
    });
    return running;
  }

  function schedule(ms: number): void {
    if (stopping.signal.aborted) return;
    timer = setTimeout(() => void tidy(), ms);
    timer.unref();
  }

  async function tidy(): Promise<void> {
    try {
      const deleted = Object.entries(await runOnce()).filter(([, count]) => count > 0);
      const said = deleted.map(([kind, count]) => `${count} ${kind}`).join(', ');
      if (said !== '') log.info(`deleted what is older than config.retention says: ${said}`);
    } catch (error) {
      log.warn(`old rows could not be deleted, will try again in an hour: ${describeError(error)}`);
    }
    schedule(EVERY_MS);
  }

  return {
    runOnce,
    start() {
      // Processes that start together need not all come at the same moment.
      if (!timer) schedule(FIRST_MS * (1 + Math.random()));
    },
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await running?.catch(() => undefined);
    },
  };
}
