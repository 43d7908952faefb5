import type { EntryForecast, ForecastKind, LaneForecast, PublishChoice, WakeAction } from '../../admin-api/contract';
import type { AppView, LaneView, Registry } from '../../apps/registry';
import type { PluginConfig } from '../../config';
import { shareCount, whereAudience, type AudienceFilter, type Devices } from '../../devices';
import { countRows } from '../../store/count-rows';
import type { Store } from '../../store/store';
import { TABLES, type DeviceRow } from '../../store/tables';
import type { Engine } from '../engine';
import { departureOf, paceOf, readAudience, readLane, type LaneFacts } from '../launch';
import {
  readLoggedAbove,
  toChanges,
  type CaptureState,
  type LoggedChange,
  type NewChange,
  type TagValues,
} from '../log';

/** What is to be done to an entry. */
export interface PlannedAct {
  contentType: string;
  /** Null: the entry was not saved yet, or several are meant. */
  documentId: string | null;
  locale: string | null;
  action: WakeAction;
  choice: PublishChoice | null;
}

/** A change that is not logged yet. */
export interface PlannedChange {
  change: NewChange;
  /** A trigger wakes for the action, or the editor wants it sent. */
  listens: boolean;
}

export interface Forecast {
  /** Looks at the entry only where triggers make tags of it, and writes nothing. */
  of(planned: PlannedAct): Promise<EntryForecast>;
  /** What a change that is not logged yet would do in one lane; null: the lane went away. */
  ofLane(app: AppView, lane: LaneView, planned: PlannedChange): Promise<LaneForecast | null>;
}

export interface ForecastOptions {
  store: Store;
  config: Pick<PluginConfig, 'coalesce' | 'delivery' | 'feed'>;
  registry: Registry;
  devices: Pick<Devices, 'countByLane'>;
  engine: Pick<Engine, 'code'>;
  capture: CaptureState;
  tagValues: Pick<TagValues, 'makesTags' | 'ofEntry'>;
}

/** Audiences whose devices are remembered; the oldest goes. */
const MOST_COUNTS = 64;

/**
 * Says what publishing would do now, by the very rules that decide it afterwards: the change that capture would log, its
 * audience together with what waits already, and the departure of the push.
 */
export function createForecast(options: ForecastOptions): Forecast {
  const { store, config, registry, devices, engine, capture, tagValues } = options;
  const counts = new Map<string, () => Promise<number>>();

  async function countDevices(laneId: number, audience: AudienceFilter): Promise<number> {
    if (audience === 'all') return (await devices.countByLane()).get(laneId) ?? 0;
    const key = JSON.stringify([laneId, audience]);
    const count =
      counts.get(key) ??
      shareCount(
        () => countRows(whereAudience(store.knex<DeviceRow>(TABLES.devices).where({ lane_id: laneId }), audience)),
        (found) => found,
      );
    counts.set(key, count);
    const [oldest] = counts.keys();
    if (counts.size > MOST_COUNTS && oldest !== undefined) counts.delete(oldest);
    return count();
  }

  async function ofLane(
    app: AppView,
    lane: LaneView,
    { change, listens }: PlannedChange,
  ): Promise<LaneForecast | null> {
    const facts = await readLane({ store, config }, app, lane);
    if (!facts) return null;
    const above = await readLoggedAbove(store, app.id, facts.app.head);
    const more = [...above, change];
    const concerned = await countDevices(lane.id, await readAudience(store, facts, more));
    const planned = plan(facts, more);
    const kind = kindOf(planned.kind, { devices: concerned, listens, engine: engine.code });
    const { perSecond } = paceOf(config);
    const forecast: LaneForecast = {
      laneId: lane.id,
      app: app.name,
      environment: lane.environment,
      kind,
      devices: concerned,
      at: leaves(kind) ? planned.at : null,
      used: facts.departures.length,
      waiting: facts.app.head - Math.max(facts.lane.announced, facts.push?.rev ?? 0) + above.length,
      lastsMs: perSecond === null ? null : Math.round((concerned / perSecond) * 1_000),
    };
    return forecast;
  }

  return {
    ofLane,
    async of({ contentType, documentId, locale, action, choice }) {
      const listeners = registry.listeners(contentType);
      const chosen = choice && { choice, by: '' };
      const byTags = tagValues.makesTags(contentType);
      const values = byTags && documentId !== null ? await tagValues.ofEntry(contentType, documentId, locale) : [];
      const unknown = byTags && values.length === 0;
      const subject = { contentType, documentId: '', locale, action, values: unknown ? null : values };
      const changes = toChanges(subject, listeners, chosen);
      const lanes: LaneForecast[] = [];
      for (const change of changes) {
        const app = registry.appById(change.app_id);
        const own = listeners.filter(({ appId }) => appId === change.app_id);
        const waking = own.filter(({ wakeOn }) => wakeOn.has(action));
        const listens = choice === null ? waking.length > 0 : choice === 'now';
        const uncountable = unknown && !waking.some(({ audience }) => audience === 'all');
        for (const lane of app?.lanes ?? []) {
          const forecast = app && (await ofLane(app, lane, { change, listens }));
          if (forecast) lanes.push(uncountable ? withoutCount(forecast) : forecast);
        }
      }
      return {
        now: store.now(),
        action,
        captured: capture.code === 'on',
        heard: listeners.length > 0,
        lanes: worthSaying(lanes),
      };
    },
  };
}

/** Which tags will be made of what is not saved, nobody can tell. */
function withoutCount(forecast: LaneForecast): LaneForecast {
  return leaves(forecast.kind) ? { ...forecast, kind: 'unsaved', devices: 0 } : forecast;
}

/** As it would be decided once the changes have numbers. */
function plan({ decidedBy }: LaneFacts, changes: readonly Pick<LoggedChange, 'wakes' | 'choice'>[]) {
  const { now, waking } = decidedBy;
  const wakes = changes.some((change) => change.wakes === 1);
  const hurry = changes.some(({ choice }) => choice === 'now') ? (decidedBy.hurry ?? 'now') : decidedBy.hurry;
  const facts = {
    ...decidedBy,
    waking: wakes ? { firstAt: waking?.firstAt ?? now, lastAt: now } : waking,
    unannounced: true,
    hurry,
  };
  const departure = departureOf(facts);
  // The next one waits for the running one, and then as long as it would have waited anyway.
  return departure.kind === 'running'
    ? { kind: 'running' as const, at: departureOf({ ...facts, running: false }).at }
    : departure;
}

const leaves = (kind: ForecastKind): boolean =>
  kind === 'wakes' || kind === 'budget' || kind === 'running' || kind === 'refused';

interface KindFacts {
  devices: number;
  /** A trigger wakes for the action, or the editor wants it sent. */
  listens: boolean;
  engine: Engine['code'];
}

function kindOf(departure: ReturnType<typeof plan>['kind'], { devices, listens, engine }: KindFacts): ForecastKind {
  if (departure === 'disabled' || departure === 'not-set-up') return departure;
  if (!listens) return 'silent';
  if (engine === 'disabled' || engine === 'untrusted-database') return 'off';
  if (devices === 0) return 'nobody';
  switch (departure) {
    case 'none':
    case 'now':
    case 'quiet':
      return 'wakes';
    default:
      return departure;
  }
}

/** An environment without a key, or without devices, is no news where another of the app says more. */
function worthSaying(lanes: readonly LaneForecast[]): LaneForecast[] {
  const rank = ({ kind }: LaneForecast) => (kind === 'not-set-up' ? 0 : kind === 'nobody' ? 1 : 2);
  return lanes.filter((lane) => {
    const others = lanes.filter(({ app, laneId }) => app === lane.app && laneId !== lane.laneId);
    return (
      rank(lane) === 2 ||
      others.every((other) => rank(other) < rank(lane) || (rank(other) === rank(lane) && other.laneId > lane.laneId))
    );
  });
}
