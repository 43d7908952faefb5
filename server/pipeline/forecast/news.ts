import type { News, NewsPush, NewsWaiting } from '../../admin-api/contract';
import type { AppView, LaneView, Registry } from '../../apps/registry';
import type { PluginConfig } from '../../config';
import type { MayRead } from '../../entries';
import type { Store } from '../../store/store';
import { readLane } from '../launch';
import type { PushAbouts, PushViews } from '../overview';

export interface NewsReader {
  /** @param may what whoever asks may read: nothing else of an entry is told */
  latest(may: MayRead): Promise<News>;
}

export interface NewsOptions {
  store: Store;
  config: Pick<PluginConfig, 'coalesce'>;
  registry: Registry;
  abouts: PushAbouts;
  pushViews: PushViews;
}

const MOST_PUSHES = 5;

/** Says on the home page what waits to be pushed and what was pushed last, by the titles of what was published. */
export function createNews({ store, config, registry, abouts, pushViews }: NewsOptions): NewsReader {
  async function toWaiting(app: AppView, lane: LaneView, may: MayRead): Promise<NewsWaiting | null> {
    const facts = await readLane({ store, config }, app, lane);
    if (!facts || facts.decidedBy.waking === null || !app.enabled || lane.credentialSource === null) return null;
    const since = Math.max(facts.lane.announced, facts.push?.rev ?? 0);
    if (facts.app.head <= since) return null;
    const [about] = await abouts([{ lane_id: lane.id, since, rev: facts.app.head, payload: '{}' }], may);
    const { environment } = lane;
    return { laneId: lane.id, app: app.name, environment, about, departure: facts.departure };
  }

  async function pushes(may: MayRead): Promise<NewsPush[]> {
    const page = await pushViews.page({ page: 1, pageSize: MOST_PUSHES }, may);
    return page.pushes.map(({ id, laneId, environment, about, state, createdAt, counters, estimated, bundleId }) => ({
      id,
      app: registry.appById(registry.laneById(laneId)?.appId ?? 0)?.name ?? bundleId,
      environment,
      about,
      state,
      at: createdAt,
      accepted: counters.accepted,
      devices: Math.max(estimated, counters.met),
    }));
  }

  return {
    async latest(may) {
      const waiting: NewsWaiting[] = [];
      for (const app of registry.apps()) {
        for (const lane of app.lanes) {
          const found = await toWaiting(app, lane, may);
          if (found) waiting.push(found);
        }
      }
      return { now: store.now(), waiting, pushes: await pushes(may) };
    },
  };
}
