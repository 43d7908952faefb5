import type { ApnsClient } from '../apns';
import type { Alarms } from '../alarms/alarms';
import type { AppView, LaneView, Registry } from '../apps/registry';
import type { PluginConfig } from '../config';
import { describeError } from '../store/database-error';
import type { Store } from '../store/store';
import type { PushRow } from '../store/tables';
import type { Bell } from './bell';
import type { ClaimOptions } from './claim';
import type { Clients } from './clients';
import type { LaneStop } from './delivery';
import type { Dispatcher, ShardCall } from './dispatchers/dispatcher';
import { createLaneHealth, type LaneHealth } from './lane-health';
import { createLaneReport, pausedAlarm } from './lane-report';
import { createPace } from './pace';
import { pauseForPush } from './pause-lane';
import { startPushRun, type PushRun } from './push-run';
import { createTurn } from './turn';

/** What this process sends, one push per lane at a time. */
export interface LaneRuns {
  /** Starts, keeps or stops the work on a lane's push. `pushes`: all that run. */
  direct(app: AppView, lane: LaneView, pushes: readonly PushRow[]): Promise<void>;
  /** A shard whose push does not run here is left alone: whoever looks next lists it again. */
  execute(call: ShardCall, signal: AbortSignal): Promise<void>;
  /** Ends all of it; resolves when every shard is given back. */
  stop(): Promise<void>;
}

export interface LaneRunsOptions {
  store: Store;
  config: Pick<PluginConfig, 'delivery'>;
  registry: Registry;
  alarms: Alarms;
  clients: Clients;
  dispatcher: Dispatcher;
  claims: ClaimOptions;
  bell: Bell;
  log: { info(message: string): void; warn(message: string): void; error(message: string): void };
}

export function createLaneRuns(options: LaneRunsOptions): LaneRuns {
  const { store, config, registry, alarms, clients, claims, bell, log } = options;
  const runs = new Map<number, PushRun>();
  const healths = new Map<number, LaneHealth>();
  const ending = new Set<Promise<void>>();
  const report = createLaneReport({ store, alarms, clients });
  const pace = createPace(config.delivery.maxPerSecond);
  const turn = createTurn();

  const healthOf = (lane: LaneView): LaneHealth => {
    const known = healths.get(lane.id) ?? createLaneHealth({ now: () => store.now(), random: claims.random });
    healths.set(lane.id, known);
    return known;
  };

  function begin(lane: LaneView, push: PushRow, client: ApnsClient): PushRun {
    return startPushRun({
      store,
      config,
      claims,
      dispatcher: options.dispatcher,
      lane,
      push,
      client,
      health: healthOf(lane),
      pace,
      turn,
      log,
      onIdle: () => bell.ring(),
      onLaneStop: (stop) => pause(lane, push, 'fatal', stop.code, lastingFacts(stop)),
      onGuard: (facts) => pause(lane, push, 'guard', 'guard', facts),
    });
  }

  async function pause(
    lane: LaneView,
    push: PushRow,
    cause: 'fatal' | 'guard',
    code: string,
    params: Record<string, string | number>,
  ): Promise<void> {
    if (!(await pauseForPush(store, push, { cause, code, params }))) return;
    await registry.reload();
    await alarms.raise(pausedAlarm(lane.id), 'lane-paused', { ...params, cause, code }, lane.id);
    log.warn(`${lane.bundleId} (${lane.environment}) is paused: ${code}`);
    bell.ring();
  }

  /** Stopping may take as long as APNs is silent; nothing waits for it but the end of the process. */
  function end(run: PushRun): void {
    const ended = run
      .stop()
      .catch((error: unknown) => log.error(`push ${run.pushId}: ${describeError(error)}`))
      .finally(() => {
        ending.delete(ended);
        bell.ring();
      });
    ending.add(ended);
  }

  return {
    async direct(app, lane, pushes) {
      const open = app.enabled && lane.pauses.length === 0;
      const push = pushes.filter(({ lane_id: laneId, closing }) => laneId === lane.id && closing === null).at(-1);
      const client = open && push ? await clients.of(lane) : null;
      const known = runs.get(lane.id);
      // One that ended by itself is replaced: the lane may have been resumed before this process saw it paused.
      if (known && (known.ended || known.pushId !== push?.id || known.client !== client)) {
        runs.delete(lane.id);
        end(known);
      }
      if (push && client) {
        if (runs.has(lane.id)) runs.get(lane.id)?.wake();
        else runs.set(lane.id, begin(lane, push, client));
      }
      await report.of(lane, healthOf(lane).heldUntil());
    },
    async execute({ shardId, laneId }, signal) {
      await runs.get(laneId)?.work(shardId, signal);
    },
    async stop() {
      for (const run of runs.values()) end(run);
      runs.clear();
      await Promise.all(ending);
    },
  };
}

const lastingFacts = ({ code, status }: LaneStop): Record<string, string | number> => ({ reason: code, status });
