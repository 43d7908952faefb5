import type { Clients } from '../deliver';
import { isScanning, paceOf, readLane, recentDepartures } from '../launch';
import type {
  DeviceDetail,
  PushDetail,
  Push,
  EngineOverview,
  OverviewApp,
  OverviewLane,
} from '../../admin-api/contract';
import type { Acts } from '../../acts/acts';
import type { Alarms } from '../../alarms/alarms';
import type { Encryption } from '../../apps/credentials';
import { askedNextAt, type Probation } from '../../apps/probation';
import type { AppView, LaneView, Registry } from '../../apps/registry';
import type { PluginConfig } from '../../config';
import type { Devices } from '../../devices';
import type { MayRead } from '../../entries';
import type { Freshness } from '../../freshness';
import type { Store } from '../../store/store';
import type { CaptureState } from '../log';
import type { Engine } from '../engine';
import type { CopyGuard } from '../copy-guard';
import { readDevice } from './device-view';
import { createPushDays } from './push-days';
import type { PushQuery, PushViews } from './push-view';

export interface Overview {
  /** @param may whoever asks may read; default: no title is told */
  read(may?: MayRead): Promise<EngineOverview>;
  pushes(query: PushQuery, may?: MayRead): Promise<{ pushes: Push[]; total: number }>;
  push(id: number, may?: MayRead): Promise<PushDetail | null>;
  device(publicId: string): Promise<DeviceDetail | null>;
}

export interface OverviewOptions {
  store: Store;
  config: Pick<PluginConfig, 'coalesce' | 'delivery' | 'feed'>;
  registry: Registry;
  devices: Pick<Devices, 'countByLane' | 'find'>;
  acts: Pick<Acts, 'ofLane'>;
  alarms: Alarms;
  encryption: Encryption;
  clients: Clients;
  engine: Engine;
  capture: CaptureState;
  instance: CopyGuard;
  freshness: Freshness;
  pushViews: PushViews;
}

function probationView(probation: Probation | null): OverviewLane['probation'] {
  const nextAt = askedNextAt(probation);
  if (probation === null || nextAt === null) return null;
  const { code, status, answer, since, probes } = probation;
  return { code, status, ...(answer !== undefined && { answer }), since, probes, nextAt };
}

export function createOverview(options: OverviewOptions): Overview {
  const { store, config, registry, clients, engine, capture, pushViews } = options;
  const daysOf = createPushDays({ store });
  async function toLane(
    app: AppView,
    lane: LaneView,
    may?: MayRead,
  ): Promise<(OverviewLane & { head: number }) | null> {
    const facts = await readLane({ store, config }, app, lane);
    if (!facts) return null;
    const running = facts.push && isScanning(facts.push) ? facts.push : null;
    const [current] = running ? await pushViews.views([running], may) : [];
    const perHour = config.coalesce.pushesPerHour[lane.environment];
    const { lane: row } = facts;
    return {
      id: lane.id,
      environment: lane.environment,
      credential:
        lane.credentialSource !== null && lane.keyId !== null && lane.teamId !== null
          ? { keyId: lane.keyId, teamId: lane.teamId, source: lane.credentialSource }
          : null,
      devices: (await options.devices.countByLane()).get(lane.id) ?? 0,
      announced: row.announced,
      handled: row.handled,
      waitingChanges: facts.app.head - row.announced,
      departure: facts.departure,
      budget: { perHour, used: (await recentDepartures(store.knex, lane.id, store.now())).length },
      pauses: lane.pauses,
      probation: probationView(lane.probation),
      hurry: row.hurry,
      acts: await options.acts.ofLane(lane),
      backOffUntil: row.back_off_until,
      lastError: row.last_error === null ? null : (JSON.parse(row.last_error) as OverviewLane['lastError']),
      connection: clients.state(lane.id),
      current: current ?? null,
      freshness: await options.freshness.ofLane(lane.id),
      head: facts.app.head,
    };
  }

  async function toApp(app: AppView, may?: MayRead): Promise<OverviewApp> {
    const lanes: OverviewLane[] = [];
    let head = 0;
    for (const lane of app.lanes) {
      const view = await toLane(app, lane, may);
      if (!view) continue;
      const { head: known, ...rest } = view;
      head = known;
      lanes.push(rest);
    }
    const { id, bundleId, name, enabled, epoch } = app;
    return { id, bundleId, name, enabled, epoch, head, lanes };
  }

  return {
    pushes: (query, may) => pushViews.page(query, may),
    push: (id, may) => pushViews.detail(id, may),
    device: (publicId) => readDevice(options, publicId),
    async read(may) {
      const apps: OverviewApp[] = [];
      for (const app of registry.apps()) apps.push(await toApp(app, may));
      return {
        now: store.now(),
        engine: {
          running: engine.code === 'running',
          code: engine.code,
          instances: engine.instances,
        },
        capture: { on: capture.code === 'on', code: capture.code, message: capture.message },
        instance: { confirmed: options.instance.confirmed },
        encryption: { ready: options.encryption.ready() },
        pace: paceOf(config),
        apps,
        alarms: await options.alarms.list(),
        // Without tables there is nothing to read them from, and the panel is to say why.
        days: capture.code === 'tables-missing' ? [] : await daysOf(),
      };
    },
  };
}
