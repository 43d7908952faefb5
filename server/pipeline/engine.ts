import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApnsClient } from '../apns';
import type { Alarms } from '../alarms/alarms';
import type { AppView, LaneView, Registry } from '../apps/registry';
import type { PluginConfig } from '../config';
import { holdLease, releaseLease } from '../store/leases';
import type { Store } from '../store/store';
import type { PushRow } from '../store/tables';
import { advancePush, runningPushes } from './advance';
import type { Bell } from './bell';
import type { ClaimOptions } from './claim';
import type { Clients } from './clients';
import { readLane } from './coalesce';
import type { LaneStop } from './delivery';
import { createLaneHealth, type LaneHealth } from './lane-health';
import { createLaneReport, pausedAlarm } from './lane-report';
import { launchPush } from './launch';
import { pauseLane } from './pause-lane';
import { startPushRun, type PushRun } from './push-run';
import { sequenceApp } from './sequence';

export type EngineCode = 'running' | 'disabled' | 'not-listening' | 'waiting-for-lease' | 'stopped';

/** The loop that turns logged changes into delivered pushes: sequence, coalesce, launch, deliver, finish. */
export interface Engine {
  readonly code: EngineCode;
  /** Starts sending. Call it once HTTP listens, from a context without a transaction. */
  start(): void;
  /** Stops claiming, lets what is in flight be answered for `drainMs`, settles, gives leases back. Never rejects. */
  stop(): Promise<void>;
}

export interface EngineOptions {
  store: Store;
  config: Pick<PluginConfig, 'coalesce' | 'delivery'>;
  registry: Registry;
  alarms: Alarms;
  clients: Clients;
  bell: Bell;
  /** This process. */
  owner: string;
  log: { info(message: string): void; warn(message: string): void; error(message: string): void };
  random?: () => number;
}

const TICK_MS = 1_000;
/** After a failed round, so that a database that is away is not asked in a hot loop. */
const FAILED_MS = 2_000;
const ENGINE_ALARM = 'engine-failing';

export function createEngine(options: EngineOptions): Engine {
  const { store, config, registry, alarms, clients, bell, log, random = Math.random } = options;
  const claims: ClaimOptions = { store, owner: options.owner, leaseMs: config.delivery.leaseMs, random };
  const runs = new Map<number, PushRun>();
  const healths = new Map<number, LaneHealth>();
  const report = createLaneReport({ store, alarms, clients });
  let code: EngineCode = config.delivery.enabled ? 'not-listening' : 'disabled';
  let stopping = false;
  let running: Promise<void> | null = null;
  let failing = false;
  /** When the engine's lease is to be renewed. */
  let renewAt = 0;

  const healthOf = (lane: LaneView): LaneHealth => {
    const known = healths.get(lane.id) ?? createLaneHealth({ random });
    healths.set(lane.id, known);
    return known;
  };

  /** SQLite's host clock and its one writer allow one engine per file; elsewhere every process may work. */
  async function mayWork(): Promise<boolean> {
    if (store.client !== 'sqlite' || performance.now() < renewAt) return true;
    const { leaseMs } = config.delivery;
    const before = performance.now();
    if (!(await holdLease(store, 'lease:engine', options.owner, leaseMs))) return false;
    renewAt = before + leaseMs / 3;
    return true;
  }

  async function round(): Promise<void> {
    await registry.refresh();
    if (!(await mayWork())) {
      code = 'waiting-for-lease';
      await stopRuns();
      return;
    }
    code = 'running';
    for (const app of registry.apps()) {
      while ((await sequenceApp(store, app.id)) > 0 && !stopping);
      for (const lane of app.lanes) if (!stopping) await launch(app, lane);
    }
    const pushes = await runningPushes(store);
    for (const push of pushes) await advancePush(claims, push);
    for (const app of registry.apps()) {
      for (const lane of app.lanes) {
        await direct(app, lane, pushes);
        await report.of(lane, healthOf(lane).heldUntil(store.now()));
      }
    }
  }

  async function launch(app: AppView, lane: LaneView): Promise<void> {
    if (lane.credentialSource === null || lane.pauses.length > 0 || !app.enabled) return;
    const facts = await readLane({ store, config }, app, lane);
    if (facts?.departure.kind !== 'now') return;
    const launched = await launchPush({ store, config }, facts);
    if (launched !== null) bell.ring();
  }

  /** Starts, keeps or stops this process's work on a lane's push. */
  async function direct(app: AppView, lane: LaneView, pushes: readonly PushRow[]): Promise<void> {
    const open = app.enabled && lane.pauses.length === 0 && !stopping;
    const push = pushes.filter(({ lane_id: laneId, closing }) => laneId === lane.id && closing === null).at(-1);
    const client = open && push ? await clients.of(lane) : null;
    const known = runs.get(lane.id);
    // One that ended by itself is replaced: the lane may have been resumed before this process saw it paused.
    if (known && (known.ended || known.pushId !== push?.id || known.client !== client)) {
      runs.delete(lane.id);
      stopRun(known);
    }
    if (!push || !client) return;
    if (runs.has(lane.id)) runs.get(lane.id)?.wake();
    else runs.set(lane.id, begin(lane, push, client));
  }

  function begin(lane: LaneView, push: PushRow, client: ApnsClient): PushRun {
    return startPushRun({
      store,
      config,
      claims,
      lane,
      push,
      client,
      health: healthOf(lane),
      log,
      random,
      onShardDone: () => bell.ring(),
      onLaneStop: (stop) => pause(lane, 'fatal', stop.code, lastingFacts(stop)),
      onGuard: (facts) => pause(lane, 'guard', 'guard', facts),
    });
  }

  async function pause(
    lane: LaneView,
    cause: 'fatal' | 'guard',
    pauseCode: string,
    params: Record<string, string | number>,
  ): Promise<void> {
    await pauseLane(store, lane.id, { cause, code: pauseCode, params });
    await registry.reload();
    await alarms.raise(pausedAlarm(lane.id), 'lane-paused', { ...params, cause, code: pauseCode }, lane.id);
    log.warn(`${lane.bundleId} (${lane.environment}) is paused: ${pauseCode}`);
    bell.ring();
  }

  /** Stopping may take as long as APNs is silent; nothing waits for it but the end of the process. */
  const ending = new Set<Promise<void>>();
  function stopRun(run: PushRun): void {
    const ended = run
      .stop()
      .catch((error: unknown) => log.error(`push ${run.pushId}: ${String(error)}`))
      .finally(() => {
        ending.delete(ended);
        bell.ring();
      });
    ending.add(ended);
  }

  async function stopRuns(): Promise<void> {
    for (const run of runs.values()) stopRun(run);
    runs.clear();
    await Promise.all(ending);
  }

  async function loop(): Promise<void> {
    while (!stopping) {
      try {
        await round();
        if (failing) await recover();
        await bell.wait(TICK_MS);
      } catch (error) {
        await fail(error);
      }
    }
  }

  async function fail(error: unknown): Promise<void> {
    const message = error instanceof Error ? error.message : String(error);
    if (!failing) log.error(`the engine cannot work and will go on trying: ${message}`);
    failing = true;
    alarms.raiseInMemory(ENGINE_ALARM, ENGINE_ALARM, { message });
    if (!stopping) await sleep(FAILED_MS);
  }

  async function recover(): Promise<void> {
    failing = false;
    await alarms.clear(ENGINE_ALARM);
    log.info('the engine works again');
  }

  async function end(): Promise<void> {
    if (!running) return clients.close(0);
    await running;
    const settled = stopRuns();
    await Promise.race([settled, sleep(config.delivery.drainMs, undefined, { ref: false })]);
    await clients.close(0);
    await settled;
    if (store.client === 'sqlite') await releaseLease(store, 'lease:engine', options.owner);
  }

  return {
    get code() {
      return code;
    },
    start() {
      if (running || stopping || !config.delivery.enabled) return;
      code = 'running';
      running = loop();
    },
    async stop() {
      if (stopping) return;
      stopping = true;
      bell.ring();
      await end().catch((error: unknown) => log.error(`the engine did not stop cleanly: ${String(error)}`));
      code = 'stopped';
    },
  };
}

const lastingFacts = ({ code, status }: LaneStop): Record<string, string | number> => ({ reason: code, status });
