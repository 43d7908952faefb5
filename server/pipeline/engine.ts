import { createComplaint } from './complaint';
import { type Clients, createLaneRuns } from './deliver';
import type { Dispatcher } from './dispatchers';
import { createBeforePush, readLane, launchPush } from './launch';
import { advancePush, runningPushes, type ClaimOptions } from './push';
import type { EngineCode } from '../admin-api/contract';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Alarms } from '../alarms/alarms';
import { mayBeAsked } from '../apps/probation';
import type { AppView, LaneView, Registry } from '../apps/registry';
import type { PluginConfig } from '../config';
import { tellsAffectedRows } from '../store/compare-and-set';
import { describeError } from '../store/database-error';
import { holdLease, isHeldByAnother, releaseLease } from '../store/leases';
import type { Store } from '../store/store';
import type { Bell } from './bell';
import { createLiveProcesses } from './live-processes';
import { createProblems, type Problems } from './problems';
import { sequenceApp, type TellOwners } from './log';

/** The loop that turns logged changes into delivered pushes: sequence, coalesce, launch, deliver, finish. */
export interface Engine {
  readonly code: EngineCode;
  /** How many processes send from this database, as far as this one knows; 0 before it started. */
  readonly instances: number;
  /** Starts sending. Call it once HTTP listens, from a context without a transaction. */
  start(): void;
  /** Stops claiming, lets what is in flight be answered for `drainMs`, settles, gives leases back. Never rejects. */
  stop(): Promise<void>;
}

export interface EngineOptions {
  store: Store;
  config: Pick<PluginConfig, 'coalesce' | 'delivery' | 'feed'>;
  registry: Registry;
  alarms: Alarms;
  clients: Clients;
  dispatcher: Dispatcher;
  bell: Bell;
  /** This process. */
  owner: string;
  tellOwners: TellOwners;
  log: { info(message: string): void; warn(message: string): void; error(message: string): void };
  random?: () => number;
}

const TICK_MS = 1_000;
/** After a failed round, so that a database that is away is not asked in a hot loop. */
const FAILED_MS = 2_000;
/** What an end may take beyond `drainMs`, for the last checkpoints: a database that is away must not hold the exit. */
const SETTLE_MS = 5_000;
const ENGINE_ALARM = 'engine-failing';
const UNTRUSTED_ALARM = 'untrusted-database';

export function createEngine(options: EngineOptions): Engine {
  const {
    store,
    config,
    registry,
    alarms,
    clients,
    dispatcher,
    bell,
    owner,
    tellOwners,
    log,
    random = Math.random,
  } = options;
  const claims: ClaimOptions = { store, owner, leaseMs: config.delivery.leaseMs, random, held: new Set() };
  const liveProcesses = createLiveProcesses(store, owner);
  const processes = () => liveProcesses.instances;
  const runs = createLaneRuns({ store, config, registry, alarms, clients, dispatcher, claims, bell, processes, log });
  const beforePush = createBeforePush({ hook: config.delivery.beforePush, alarms });
  let code: EngineCode = config.delivery.enabled ? 'not-listening' : 'disabled';
  let stopping = false;
  let running: Promise<void> | null = null;
  const complaint = createComplaint((message) => log.error(message));
  let trusted = false;
  /** When the engine's lease is to be renewed. */
  let renewAt = 0;

  /**
   * SQLite's host clock and its one writer allow one engine per file; elsewhere every process may work. A process that
   * may not reads, and writes nothing: an editor whose transaction has read and is about to write fails on another's
   * write.
   */
  async function mayWork(): Promise<boolean> {
    if (store.client !== 'sqlite' || performance.now() < renewAt) return true;
    await store.clock.synchronise();
    const { leaseMs } = config.delivery;
    const before = performance.now();
    if (!(await holdLease(store, 'lease:engine', owner, leaseMs))) return false;
    renewAt = before + leaseMs / 3;
    return true;
  }

  /** Where nothing is sent, changes get their numbers all the same: apps that ask find them in the feed. */
  async function number(problems: Problems): Promise<void> {
    await problems.collect(() => tellOwners.tell(() => stopping));
    for (const app of registry.apps()) {
      await problems.collect(async () => {
        while ((await sequenceApp(store, app.id)) > 0 && !stopping);
      });
    }
  }

  /** @returns whether the engine goes on */
  async function round(): Promise<boolean> {
    await registry.refresh();
    if (!config.delivery.enabled) {
      // On SQLite the process that sends numbers too; one that does not must not take its lease.
      if (store.client === 'sqlite' && (await isHeldByAnother(store, 'lease:engine', owner))) return true;
      const problems = createProblems();
      await number(problems);
      problems.throwFirst();
      return true;
    }
    if (!(await mayWork())) {
      code = 'waiting-for-lease';
      await liveProcesses.look();
      await runs.stop();
      return true;
    }
    if (!trusted && !(await tellsAffectedRows(store))) return false;
    trusted = true;
    await liveProcesses.keep();
    code = 'running';
    const problems = createProblems();
    await number(problems);
    for (const app of registry.apps()) await problems.collect(() => prepare(app));
    const pushes = await runningPushes(store);
    for (const push of pushes) await problems.collect(() => advancePush({ ...claims, alarms }, push));
    if (!stopping) {
      for (const app of registry.apps()) {
        for (const lane of app.lanes) await problems.collect(() => runs.direct(app, lane, pushes));
      }
    }
    problems.throwFirst();
    return true;
  }

  async function prepare(app: AppView): Promise<void> {
    for (const lane of app.lanes) if (!stopping) await launch(app, lane);
  }

  async function launch(app: AppView, lane: LaneView): Promise<void> {
    if (lane.credentialSource === null || !mayBeAsked(lane.pauses, lane.probation) || !app.enabled) return;
    const facts = await readLane({ store, config }, app, lane);
    if (facts?.departure.kind !== 'now') return;
    await oneAtATime(async () => {
      const { app: row, lane: marks } = facts;
      const { environment } = lane;
      const call = { app: app.bundleId, environment, epoch: row.epoch, since: marks.announced, rev: row.head };
      await beforePush(lane.id, call);
      if (stopping) return;
      const launched = await launchPush({ store, config, alarms, random }, facts);
      if (launched !== null) bell.ring();
    });
  }

  /** Of several processes that see a push due, one tells the operator's hook; without one the lane's row decides. */
  async function oneAtATime(work: () => Promise<void>): Promise<void> {
    if (config.delivery.beforePush === null) return work();
    const { timeoutMs } = config.delivery.beforePush;
    if (!(await holdLease(store, 'lease:before-push', owner, timeoutMs + SETTLE_MS))) return;
    try {
      await work();
    } finally {
      await releaseLease(store, 'lease:before-push', owner);
    }
  }

  async function loop(): Promise<void> {
    while (!stopping) {
      try {
        if (!(await round())) return distrust();
        if (complaint.recovered()) await recover();
        await bell.wait(TICK_MS);
      } catch (error) {
        await fail(error);
      }
    }
  }

  function distrust(): void {
    code = 'untrusted-database';
    alarms.raiseInMemory(UNTRUSTED_ALARM, UNTRUSTED_ALARM, {});
    log.error(
      'the database driver does not tell how many rows an UPDATE found, so nothing is sent: ' +
        'take flags out of config/database that change it (mysql2: FOUND_ROWS), or the proxy in between',
    );
  }

  async function fail(error: unknown): Promise<void> {
    const message = describeError(error);
    complaint.failed(`the engine cannot work and will go on trying: ${message}`);
    alarms.raiseInMemory(ENGINE_ALARM, ENGINE_ALARM, { message });
    if (!stopping) await sleep(FAILED_MS);
  }

  async function recover(): Promise<void> {
    await alarms.clear(ENGINE_ALARM);
    log.info('the engine works again');
  }

  async function end(): Promise<void> {
    const over = Promise.all([running, dispatcher.stop(config.delivery.drainMs), runs.stop()]);
    await within(config.delivery.drainMs, over);
    // Whatever APNs did not answer is settled now, as unknown or unsent, and goes to `retries`.
    await clients.close(0);
    if (await within(SETTLE_MS, over)) {
      if (store.client === 'sqlite') await releaseLease(store, 'lease:engine', owner);
      await liveProcesses.leave();
    } else {
      log.warn('the last checkpoints could not be written in time; the leases will run out');
    }
  }

  return {
    get code() {
      return code;
    },
    get instances() {
      return liveProcesses.instances;
    },
    start() {
      if (running || stopping) return;
      if (!config.delivery.enabled) {
        running = loop();
        return;
      }
      code = 'running';
      dispatcher.start((call, signal) => runs.execute(call, signal));
      running = loop();
    },
    async stop() {
      if (stopping) return;
      stopping = true;
      bell.ring();
      const stopped = running ? end() : clients.close(0);
      await stopped.catch((error: unknown) => log.error(`the engine did not stop cleanly: ${describeError(error)}`));
      code = 'stopped';
    },
  };
}

/** @returns whether `work` was over in time */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const late = new AbortController();
  const over = work.then(() => true);
  const timeout = sleep(ms, false, { signal: late.signal }).catch(() => false);
  try {
    return await Promise.race([over, timeout]);
  } finally {
    late.abort();
  }
}
