import type { Act } from '../acts/act';
import type { Acts } from '../acts/acts';
import type { ClientState } from '../apns';
import type { Alarm, Alarms } from '../alarms/alarms';
import type { Encryption } from '../apps/credentials';
import type { Pause } from '../apps/pauses';
import { askedNextAt, type Probation } from '../apps/probation';
import type { AppView, LaneView, Registry } from '../apps/registry';
import type { PluginConfig } from '../config';
import type { Devices } from '../devices';
import type { Store } from '../store/store';
import type { Environment, Hurry, Source } from '../store/tables';
import type { CaptureState } from './log';
import type { Clients } from './clients';
import { isScanning, readLane, recentDepartures } from './coalesce';
import type { Departure } from './departure';
import type { DispatcherHealth } from './dispatchers/dispatcher';
import type { Engine, EngineCode } from './engine';
import type { InstanceGuard } from './instance-guard';
import { createPushViews, type PushDetail, type PushView } from './push-view';

export interface OverviewLane {
  id: number;
  environment: Environment;
  credential: { keyId: string; teamId: string; source: Source } | null;
  devices: number;
  announced: number;
  handled: number;
  /** Changes that devices were not told of yet. */
  waitingChanges: number;
  departure: Departure;
  /** `perHour` 0: unlimited. */
  budget: { perHour: number; used: number };
  pauses: Pause[];
  /** That APNs refuses the lane, and when it is asked again; null: it does not. */
  probation: Probation | null;
  /** What an administrator asked for and did not get yet. */
  hurry: Hurry | null;
  /** What people did to the lane, newest first. */
  acts: Act[];
  backOffUntil: number | null;
  lastError: { code: string; message: string } | null;
  connection: ClientState | null;
  current: PushView | null;
}

export interface OverviewApp {
  id: number;
  bundleId: string;
  name: string;
  enabled: boolean;
  epoch: string;
  head: number;
  lanes: OverviewLane[];
}

/** All that the Overview page shows. Times are milliseconds since the epoch, by the store's clock: `now` too. */
export interface OverviewState {
  now: number;
  /** `instances`: processes that send from this database. */
  engine: { running: boolean; code: EngineCode; instances: number; dispatcher: DispatcherHealth };
  capture: { on: boolean; code: CaptureState['code']; message?: string };
  instance: { confirmed: boolean };
  encryption: { ready: boolean };
  apps: OverviewApp[];
  alarms: Alarm[];
}

export interface Overview {
  read(): Promise<OverviewState>;
  pushes(query: { page: number; pageSize: number; laneId?: number }): Promise<{ pushes: PushView[]; total: number }>;
  push(id: number): Promise<PushDetail | null>;
}

export interface OverviewOptions {
  store: Store;
  config: Pick<PluginConfig, 'coalesce'>;
  registry: Registry;
  devices: Pick<Devices, 'countByLane'>;
  acts: Pick<Acts, 'ofLane'>;
  alarms: Alarms;
  encryption: Encryption;
  clients: Clients;
  engine: Engine;
  capture: CaptureState;
  instance: InstanceGuard;
}

export function createOverview(options: OverviewOptions): Overview {
  const { store, config, registry, clients, engine, capture } = options;
  const pushViews = createPushViews({ store, registry });
  async function toLane(app: AppView, lane: LaneView): Promise<(OverviewLane & { head: number }) | null> {
    const facts = await readLane({ store, config }, app, lane);
    if (!facts) return null;
    const running = facts.push && isScanning(facts.push) ? facts.push : null;
    const [current] = running ? await pushViews.views([running]) : [];
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
      probation: askedNextAt(lane.probation) === null ? null : lane.probation,
      hurry: row.hurry,
      acts: await options.acts.ofLane(lane),
      backOffUntil: row.back_off_until,
      lastError: row.last_error === null ? null : (JSON.parse(row.last_error) as OverviewLane['lastError']),
      connection: clients.state(lane.id),
      current: current ?? null,
      head: facts.app.head,
    };
  }

  async function toApp(app: AppView): Promise<OverviewApp> {
    const lanes: OverviewLane[] = [];
    let head = 0;
    for (const lane of app.lanes) {
      const view = await toLane(app, lane);
      if (!view) continue;
      const { head: known, ...rest } = view;
      head = known;
      lanes.push(rest);
    }
    const { id, bundleId, name, enabled, epoch } = app;
    return { id, bundleId, name, enabled, epoch, head, lanes };
  }

  return {
    pushes: (query) => pushViews.page(query),
    push: (id) => pushViews.detail(id),
    async read() {
      const apps: OverviewApp[] = [];
      for (const app of registry.apps()) apps.push(await toApp(app));
      return {
        now: store.now(),
        engine: {
          running: engine.code === 'running',
          code: engine.code,
          instances: engine.instances,
          dispatcher: engine.dispatcher,
        },
        capture: { on: capture.code === 'on', code: capture.code, message: capture.message },
        instance: { confirmed: options.instance.confirmed },
        encryption: { ready: options.encryption.ready() },
        apps,
        alarms: await options.alarms.list(),
      };
    },
  };
}
