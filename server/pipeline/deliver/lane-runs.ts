import type { Dispatcher, ShardCall } from '../dispatchers';
import { paceOf, payloadAlarm, shareOf } from '../launch';
import type { ClaimOptions } from '../push';
import { NotificationError, type ApnsClient } from '../../apns';
import type { Alarms } from '../../alarms/alarms';
import { askedNextAt, currentProbe, isHopeless, mayBeAsked } from '../../apps/probation';
import type { AppView, LaneView, Registry } from '../../apps/registry';
import type { PluginConfig } from '../../config';
import { describeError } from '../../store/database-error';
import type { Store } from '../../store/store';
import type { PushRow } from '../../store/tables';
import type { Bell } from '../bell';
import type { Clients } from './clients';
import { beginClosing, noteHandled } from '../../apps/close-pushes';
import { createLaneHealth, type LaneHealth } from './lane-health';
import { createLaneReport, pausedAlarm } from './lane-report';
import { createSendRate } from './send-rate';
import { pauseForPush } from '../../apps/pause-lane';
import { endProbation, noteRefusal, takeProbe, type ProbationOptions, type Refused } from './probe-lane';
import { notificationOf, startPushRun, type GuardFacts, type PushRun } from './push-run';
import { createEventLoopShare } from './event-loop-share';

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
  config: Pick<PluginConfig, 'delivery' | 'feed'>;
  registry: Registry;
  alarms: Alarms;
  clients: Clients;
  dispatcher: Dispatcher;
  claims: ClaimOptions;
  bell: Bell;
  /** How many send from this database, as far as this one knows. */
  processes(): number;
  log: { info(message: string): void; warn(message: string): void; error(message: string): void };
}

export function createLaneRuns(options: LaneRunsOptions): LaneRuns {
  const { store, config, registry, alarms, clients, claims, bell, log } = options;
  const runs = new Map<number, PushRun>();
  const healths = new Map<number, LaneHealth>();
  const ending = new Set<Promise<void>>();
  const report = createLaneReport({ store, alarms, clients });
  const pace = paceOf(config);
  const rate = createSendRate(() => shareOf(pace, options.processes()));
  const loopShare = createEventLoopShare();
  const firstMs = config.delivery.probeAfterMs;
  const probation: ProbationOptions = { store, firstMs };

  const healthOf = (lane: LaneView): LaneHealth => {
    const known = healths.get(lane.id) ?? createLaneHealth({ now: () => store.now(), firstMs, random: claims.random });
    healths.set(lane.id, known);
    return known;
  };

  function begin(lane: LaneView, push: Readonly<PushRow>, client: ApnsClient, probe: number | null): PushRun {
    return startPushRun({
      store,
      config,
      claims,
      dispatcher: options.dispatcher,
      lane,
      push,
      client,
      health: healthOf(lane),
      rate,
      loopShare,
      log,
      onIdle: () => bell.ring(),
      probe,
      onGoodAnswer: () => goOn(lane),
      onRefused: (refused) => putOnProbation(lane, push, refused),
      onGuard: (facts) => pause(lane, push, facts),
    });
  }

  async function pause(lane: LaneView, push: Readonly<PushRow>, facts: GuardFacts): Promise<void> {
    const code = guardCode(push, facts);
    const params = { ...facts };
    if (!(await pauseForPush(store, push, { cause: 'guard', code, params }))) return;
    await registry.reload();
    await alarms.raise(pausedAlarm(lane.id), 'lane-paused', { ...params, cause: 'guard', code }, lane.id);
    log.warn(`${nameOf(lane)} is paused: ${code}`);
    bell.ring();
  }

  async function putOnProbation(lane: LaneView, push: Readonly<PushRow>, refused: Refused): Promise<void> {
    const noted = await noteRefusal(probation, push, refused);
    if (noted === null) return;
    const { code, status, answer } = refused.refusal;
    if (isHopeless(noted)) {
      const params = { cause: 'fatal', code, status, ...(answer !== undefined && { answer }) };
      await alarms.raise(pausedAlarm(lane.id), 'lane-paused', params, lane.id);
    }
    log.warn(`${nameOf(lane)} is refused (${code}, HTTP ${status}), ${noted.probes} probes so far: it is asked again`);
    await registry.reload();
    bell.ring();
  }

  async function goOn(lane: LaneView): Promise<void> {
    await endProbation(probation, lane.id);
    log.info(`${nameOf(lane)} is not refused any more: its pushes go on`);
    await registry.reload();
    bell.ring();
  }

  /** One that breaks a rule of payloads, which an older version did not know, is ended: no round could send it. */
  async function isBuildable(lane: LaneView, push: Readonly<PushRow>): Promise<boolean> {
    if (runs.has(lane.id)) return true;
    try {
      notificationOf(lane, push);
      return true;
    } catch (error) {
      if (!(error instanceof NotificationError)) throw error;
      await store.transaction(async (trx) => {
        await beginClosing(trx, push.id, 'cancelled');
        await noteHandled(trx, push);
      });
      await alarms.raise(payloadAlarm(lane.id), 'payload-broken', { message: error.message }, lane.id);
      return false;
    }
  }

  /** Sends a handful on a new connection with a new provider token, if the lane is to be asked now and nobody else does. */
  async function probe(lane: LaneView, push: Readonly<PushRow>): Promise<void> {
    if ((askedNextAt(lane.probation) ?? Infinity) > store.now()) return;
    const taken = await takeProbe(probation, lane.id, config.delivery.leaseMs);
    if (taken === null) return;
    await registry.reload();
    const client = await clients.renew(lane);
    if (client) runs.set(lane.id, begin(lane, push, client, taken));
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
      const open = app.enabled && mayBeAsked(lane.pauses, lane.probation);
      const push = pushes.filter(({ lane_id: laneId, closing }) => laneId === lane.id && closing === null).at(-1);
      const client = open && push ? await clients.of(lane) : null;
      const known = runs.get(lane.id);
      // One that ended by itself is replaced: the lane may have been resumed before this process saw it paused.
      if (
        known &&
        (known.ended ||
          known.pushId !== push?.id ||
          known.client !== client ||
          known.probe !== currentProbe(lane.probation))
      ) {
        runs.delete(lane.id);
        end(known);
      }
      if (push && client && (await isBuildable(lane, push))) {
        if (runs.has(lane.id)) runs.get(lane.id)?.wake();
        else if (askedNextAt(lane.probation) === null) runs.set(lane.id, begin(lane, push, client, null));
        else await probe(lane, push);
      }
      await report.of(lane, healthOf(lane).held());
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

const nameOf = ({ bundleId, environment }: LaneView): string => `${bundleId} (${environment})`;

/** What the guard's pause says: what the refusals mean depends on what was known of the devices. */
function guardCode({ guard_scope: scope }: PushRow, { refused, gone }: GuardFacts): string {
  if (scope === 'all') return 'guard-first';
  return gone > refused / 2 ? 'guard-gone' : 'guard';
}
