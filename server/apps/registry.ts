import type { AudienceKind, ContentSettings, Environment, Source, Pause } from '../admin-api/contract';
import { fromDb } from '../store/from-db';
import type { Store } from '../store/store';
import { TABLES, type AppRow, type ChangeAction } from '../store/tables';
import type { LaneRow, TriggerRow } from '../store/tables';
import { readVersion } from '../store/version';
import { parsePauses } from './pauses';
import { parseProbation, type Probation } from './probation';

/** One app in one APNs environment, as every room sees it. */
export interface LaneView {
  id: number;
  appId: number;
  bundleId: string;
  environment: Environment;
  keyId: string | null;
  teamId: string | null;
  /** Null: the lane is not set up. */
  credentialSource: Source | null;
  /** Changes with the credential; never the key itself. */
  credentialMark: string | null;
  pauses: Pause[];
  probation: Probation | null;
}

export interface AppView {
  id: number;
  bundleId: string;
  name: string;
  customKeys: Record<string, unknown>;
  source: Source;
  enabled: boolean;
  epoch: string;
  lanes: LaneView[];
}

/** A trigger as capture needs it: one app that must hear of one content type. */
export interface Listener {
  appId: number;
  wakeOn: ReadonlySet<ChangeAction>;
  audience: AudienceKind;
  /** Of the audience `tags`: what tags are made of an entry. */
  templates: readonly string[];
  /** What others hold of an entry is news of it, and wakes or not; null: it is not. */
  related: { wakes: boolean } | null;
}

/** What of other entries is news of entries of a content type. */
export interface Followed {
  contentType: string;
  content: ContentSettings | null;
  related: true | readonly string[];
}

/**
 * Apps, lanes and triggers in memory: capture and registration must not ask the database about set-up. Every instance
 * compares the stored version about once a second and reloads when another one changed something.
 */
export interface Registry {
  /** Apps that were not removed, disabled ones included. */
  apps(): AppView[];
  app(bundleId: string): AppView | undefined;
  appById(id: number): AppView | undefined;
  lane(bundleId: string, environment: Environment): LaneView | undefined;
  laneById(id: number): LaneView | undefined;
  /** Which apps hear of a content type; empty when no enabled trigger names it. */
  listeners(contentType: string): readonly Listener[];
  /** The content types that an app hears of, and what of their entries it gets. */
  contentOf(appId: number): ReadonlyMap<string, ContentSettings | null>;
  /** What triggers follow beside the entries themselves; the same list until the set-up changes. */
  followed(): readonly Followed[];
  reload(): Promise<void>;
  /** Reloads if the stored version moved. */
  refresh(): Promise<void>;
}

export function createRegistry({ store }: { store: Store }): Registry {
  let version = -1;
  let apps: AppView[] = [];
  let listeners = new Map<string, Listener[]>();
  let followed: readonly Followed[] = [];
  let contents = new Map<number, Map<string, ContentSettings | null>>();

  async function reload(): Promise<void> {
    // The version first: a change that commits while we read is then seen again at the next look.
    const read = await readVersion(store.knex);
    const appRows = await store.knex<AppRow>(TABLES.apps).whereNull('removed_at').orderBy('id');
    const laneRows = await store.knex<LaneRow>(TABLES.lanes).orderBy('id');
    const triggerRows = await store.knex<TriggerRow>(TABLES.triggers).where({ enabled: 1 }).orderBy('id');
    apps = appRows.map((row) => toApp(fromDb(row), laneRows));
    listeners = toListeners(triggerRows, apps);
    contents = toContents(triggerRows, apps);
    followed = toFollowed(triggerRows);
    version = read;
  }

  return {
    apps: () => apps,
    app: (bundleId) => apps.find((app) => app.bundleId === bundleId),
    appById: (id) => apps.find((app) => app.id === id),
    lane: (bundleId, environment) =>
      apps.find((app) => app.bundleId === bundleId)?.lanes.find((lane) => lane.environment === environment),
    laneById: (id) => apps.flatMap((app) => app.lanes).find((lane) => lane.id === id),
    listeners: (contentType) => listeners.get(contentType) ?? [],
    contentOf: (appId) => contents.get(appId) ?? NOTHING,
    followed: () => followed,
    reload,
    async refresh() {
      if ((await readVersion(store.knex)) !== version) await reload();
    },
  };
}

function toApp(row: AppRow, laneRows: LaneRow[]): AppView {
  return {
    id: row.id,
    bundleId: row.bundle_id,
    name: row.name,
    customKeys: JSON.parse(row.custom_keys) as Record<string, unknown>,
    source: row.source,
    enabled: row.enabled === 1,
    epoch: row.epoch,
    lanes: laneRows
      .filter((lane) => lane.app_id === row.id)
      .map((lane) => ({
        id: lane.id,
        appId: row.id,
        bundleId: row.bundle_id,
        environment: lane.environment,
        keyId: lane.key_id,
        teamId: lane.team_id,
        credentialSource: lane.credential_source,
        credentialMark: lane.credential_mark,
        pauses: parsePauses(lane.pauses),
        probation: parseProbation(lane.probation),
      })),
  };
}

/** Several triggers may name the same app; capture folds them into one row per change. */
function toListeners(triggerRows: TriggerRow[], apps: AppView[]): Map<string, Listener[]> {
  const byContentType = new Map<string, Listener[]>();
  for (const trigger of triggerRows) {
    const templates = trigger.audience_tags === null ? [] : (JSON.parse(trigger.audience_tags) as string[]);
    const wakeOn = new Set(JSON.parse(trigger.wake_on) as ChangeAction[]);
    for (const bundleId of JSON.parse(trigger.apps) as string[]) {
      const app = apps.find((candidate) => candidate.bundleId === bundleId);
      if (!app) continue;
      const list = byContentType.get(trigger.content_type) ?? [];
      const related = trigger.related === null ? null : { wakes: trigger.related_wakes === 1 };
      list.push({ appId: app.id, wakeOn, audience: trigger.audience, templates, related });
      byContentType.set(trigger.content_type, list);
    }
  }
  return byContentType;
}

function toFollowed(triggerRows: TriggerRow[]): Followed[] {
  return triggerRows.flatMap(({ content_type: contentType, content, related }) =>
    related === null
      ? []
      : [
          {
            contentType,
            content: content === null ? null : (JSON.parse(content) as ContentSettings),
            related: JSON.parse(related) as true | string[],
          },
        ],
  );
}

const NOTHING: ReadonlyMap<string, ContentSettings | null> = new Map();

/** Triggers of the same app and content type that name content agree on it. */
function toContents(triggerRows: TriggerRow[], apps: AppView[]): Map<number, Map<string, ContentSettings | null>> {
  const byApp = new Map(apps.map(({ id }) => [id, new Map<string, ContentSettings | null>()]));
  for (const { content_type: uid, apps: named, content } of triggerRows) {
    for (const bundleId of JSON.parse(named) as string[]) {
      const types = byApp.get(apps.find((app) => app.bundleId === bundleId)?.id ?? 0);
      if (types && (content !== null || !types.has(uid))) {
        types.set(uid, content === null ? null : (JSON.parse(content) as ContentSettings));
      }
    }
  }
  return byApp;
}
