import type { EntryNews, LaneNews, Push, WakeAction } from '../../admin-api/contract';
import type { AppView, LaneView, Registry } from '../../apps/registry';
import type { MayRead } from '../../entries';
import type { PluginConfig } from '../../config';
import { fromDb } from '../../store/from-db';
import type { Store } from '../../store/store';
import { TABLES, type ChangeRow, type PushRow } from '../../store/tables';
import { isScanning, readLane, type LaneFacts } from '../launch';
import type { PushViews } from '../overview';

/** An entry in one locale; null: its type has none. */
export interface EntryRef {
  contentType: string;
  documentId: string;
  locale: string | null;
}

export interface EntryNewsReader {
  /** @returns null when no change of the entry is on record */
  of(entry: EntryRef, may?: MayRead): Promise<EntryNews | null>;
}

export interface EntryNewsOptions {
  store: Store;
  config: Pick<PluginConfig, 'coalesce'>;
  registry: Registry;
  pushViews: PushViews;
}

/** Changes looked back at, and pushes shown. */
const MOST_CHANGES = 20;
const MOST_PUSHES = 5;

type NumberedChange = Pick<ChangeRow, 'app_id' | 'rev' | 'action' | 'wakes' | 'at' | 'choice' | 'chosen_by'>;

/** Says what became of an entry's latest change, app by app. */
export function createEntryNews({ store, config, registry, pushViews }: EntryNewsOptions): EntryNewsReader {
  async function changesOf({ contentType, documentId, locale }: EntryRef): Promise<NumberedChange[]> {
    const all = store.knex<ChangeRow>(TABLES.changes).where({ document_id: documentId, content_type: contentType });
    const rows = (await (locale === null ? all.whereNull('locale') : all.where({ locale }))
      .orderBy('id', 'desc')
      .limit(MOST_CHANGES)
      .select('app_id', 'rev', 'action', 'wakes', 'at', 'choice', 'chosen_by')) as NumberedChange[];
    return rows.map((row) => fromDb(row));
  }

  /** The push of a lane that announced a change; undefined: none did. */
  async function pushOf(laneId: number, rev: number): Promise<PushRow | undefined> {
    const push = await store
      .knex<PushRow>(TABLES.pushes)
      .where({ lane_id: laneId })
      .where('rev', '>=', rev)
      .orderBy('id')
      .first();
    return push && push.since < rev ? push : undefined;
  }

  async function toLane(app: AppView, lane: LaneView, change: NumberedChange, may?: MayRead): Promise<LaneNews | null> {
    const facts = await readLane({ store, config }, app, lane);
    if (!facts) return null;
    const row = change.rev === null ? undefined : await pushOf(lane.id, change.rev);
    const [push = null] = row ? await pushViews.views([row], may) : [];
    const state = stateOf(facts, change, push);
    return {
      laneId: lane.id,
      app: app.name,
      environment: lane.environment,
      state,
      departure: state === 'waiting' ? facts.departure : null,
      push,
    };
  }

  async function lastPushes(changes: readonly NumberedChange[], may?: MayRead): Promise<Push[]> {
    const found = new Map<number, PushRow>();
    for (const { app_id: appId, rev } of changes) {
      if (rev === null || found.size >= MOST_PUSHES) continue;
      for (const { id } of registry.appById(appId)?.lanes ?? []) {
        const push = await pushOf(id, rev);
        if (push) found.set(push.id, push);
      }
    }
    const rows = [...found.values()].sort((a, b) => b.id - a.id).slice(0, MOST_PUSHES);
    return pushViews.views(rows, may);
  }

  return {
    async of(entry, may) {
      const changes = await changesOf(entry);
      // An app that is gone hears of nothing.
      const heard = changes.filter(({ app_id: appId }) => registry.appById(appId) !== undefined);
      const [latest] = heard;
      if (!latest) return null;
      const lanes: LaneNews[] = [];
      const seen = new Set<number>();
      for (const change of heard) {
        const app = registry.appById(change.app_id);
        if (!app || seen.has(app.id)) continue;
        seen.add(app.id);
        for (const lane of app.lanes) {
          if (lane.credentialSource === null) continue;
          const news = await toLane(app, lane, change, may);
          if (news) lanes.push(news);
        }
      }
      return {
        action: latest.action as WakeAction,
        at: latest.at,
        choice: latest.choice,
        by: latest.chosen_by,
        lanes: worthSaying(lanes),
        pushes: await lastPushes(heard, may),
      };
    },
  };
}

function stateOf({ lane, push: current }: LaneFacts, change: NumberedChange, push: Push | null): LaneNews['state'] {
  const { rev, wakes } = change;
  if (rev === null) return 'numbering';
  if (push !== null && current?.id === push.id && isScanning(current)) return 'sending';
  if (rev <= lane.announced) return push === null ? 'unheard' : 'told';
  // Cancelled, or no push of its own: it goes along with whatever wakes next.
  return wakes === 0 || rev <= lane.handled ? 'along' : 'waiting';
}

/** That no device of an environment was concerned is no news where another of the app says more. */
function worthSaying(lanes: readonly LaneNews[]): LaneNews[] {
  return lanes.filter(({ app, laneId, state }) => {
    if (state !== 'unheard') return true;
    const others = lanes.filter((other) => other.app === app && other.laneId !== laneId);
    return others.every((other) => other.state === 'unheard' && other.laneId > laneId);
  });
}
