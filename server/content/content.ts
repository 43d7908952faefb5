import { performance } from 'node:perf_hooks';
import type { ContentSettings } from '../admin-api/contract';
import { createHotPages, toPage, unknownApp, type AppPosition, type Feed, type FeedMeta } from '../feed';
import { createPlans, type Plan } from './plans';
import { readChangesPage } from './read-changes';
import { placeOf, readSnapshotPage, type SnapshotQuery } from './snapshot';
import type { ContentAnswer, ContentRequest, Requester } from './answers';
import type { ContentMeta, SnapshotMeta } from './page-types';
import type { StrapiContent } from './strapi-content';
import { BusyError, createTurns } from './turns';

/** Rather than for a longer time, an app waits outside. */
const QUEUE = { queue: 20, waitMs: 10_000 };

/** Of pages that are kept ready. */
const HOT_BYTES = 64 * 1_048_576;

/** Published content, as Strapi's REST API would answer it to the same requester. */
export interface Content {
  /** What changed, each entry once, with what is published of it now. @throws what Strapi throws */
  changes(query: ContentRequest, requester: Requester): Promise<ContentAnswer<FeedMeta & ContentMeta>>;
  snapshot(query: SnapshotQuery, requester: Requester): Promise<ContentAnswer<SnapshotMeta>>;
}

/** What both kinds of answers begin with. */
interface Asked {
  app: AppPosition;
  plan: Plan;
  /** What `meta` says of the plan. */
  said: ContentMeta;
}

export interface ContentOptions {
  strapi: StrapiContent;
  feed: Feed;
  contentOf(appId: number): ReadonlyMap<string, ContentSettings | null>;
  config: { content: Record<'concurrency' | 'pageBytes' | 'cacheSeconds' | 'snapshotCacheSeconds', number> };
}

export function createContent({ strapi, feed, contentOf, config }: ContentOptions): Content {
  const { concurrency, pageBytes: budget, cacheSeconds, snapshotCacheSeconds } = config.content;
  const plans = createPlans({ strapi, contentOf });
  const turns = createTurns({ concurrency, ...QUEUE });
  const hot = createHotPages<ContentAnswer<object>>({ maxBytes: HOT_BYTES, now: () => performance.now() });

  async function ask(query: { app: string; to?: number }, { auth }: Requester): Promise<Asked | ContentAnswer<never>> {
    const app = await feed.position(query.app, query.to);
    if (!app) return unknownApp(query.app);
    const plan = await plans.of(app.appId, auth);
    const types = [...plan.types.values()];
    const withheld = types.filter(({ kind }) => kind === 'withheld').map(({ uid }) => uid);
    // An app without triggers has nothing to withhold.
    if (withheld.length > 0 && withheld.length === types.length) return { kind: 'forbidden' };
    return { app, plan, said: { scope: plan.scope, withheld } };
  }

  /** Reads in turn. What anybody may ask is read once for all who ask, until `mark` changes or it is too old. */
  async function answer<Meta extends object>(
    { isPublic, admit }: Requester,
    { key, mark, maxAgeS }: { key: string; mark: string; maxAgeS: number },
    read: () => Promise<ContentAnswer<Meta>>,
  ): Promise<ContentAnswer<Meta>> {
    const inTurn = async (): Promise<ContentAnswer<Meta>> => {
      try {
        return await turns.run(read);
      } catch (error) {
        if (error instanceof BusyError) return { kind: 'busy' };
        throw error;
      }
    };
    if (!isPublic || !hot.has(key, mark, maxAgeS * 1_000)) {
      const waitS = admit();
      if (waitS > 0) return { kind: 'limited', waitS };
    }
    if (!isPublic) return inTurn();
    const kept = async () => {
      const made = await inTurn();
      const isKept = made.kind === 'page' && made.caching !== 'none';
      return { answer: made, bytes: isKept ? made.page.body.length + (made.page.gzipped?.length ?? 0) : 0 };
    };
    return hot.get(key, mark, maxAgeS * 1_000, kept) as Promise<ContentAnswer<Meta>>;
  }

  async function toAnswer<Meta extends object>(
    entries: readonly string[],
    meta: Meta,
    caching: 'bounded' | 'revalidate' | 'none',
  ): Promise<ContentAnswer<Meta>> {
    // An address that is signed anew for each reader is good for a while only.
    const signed = entries.length > 0 && (await strapi.signsFiles());
    return { kind: 'page', page: await toPage(entries, meta), meta, caching: signed ? 'none' : caching };
  }

  return {
    async changes(query, requester) {
      const asked = await ask(query, requester);
      if ('kind' in asked) return asked;
      const { app, plan, said } = asked;
      if (query.scope !== undefined && query.scope !== plan.scope) {
        const meta = { epoch: app.epoch, rev: app.head, since: query.since ?? null, more: false, reset: true, ...said };
        return toAnswer([], meta, 'none');
      }
      const place = { key: JSON.stringify(['changes', query]), mark: `${plan.scope} ${app.epoch} ${app.head}` };
      return answer(requester, { ...place, maxAgeS: Math.max(1, cacheSeconds) }, async () => {
        const read = await readChangesPage({ strapi, feed, budget }, query, plan, requester.auth);
        if (read.kind === 'refused') return read;
        const caching = read.caching === 'immutable' ? 'bounded' : read.caching;
        return toAnswer(read.entries, { ...read.meta, ...said }, caching);
      });
    },

    async snapshot(query, requester) {
      // Before anything is read: what changes from here on is in the log above it.
      const asked = await ask(query, requester);
      if ('kind' in asked) return asked;
      const { app, plan, said } = asked;
      const place = placeOf(query, plan, app);
      if (place.kind === 'refused') return place;
      if (place.kind === 'reset') {
        const meta = { ...said, epoch: app.epoch, rev: app.head, cursor: null, more: false, reset: true };
        return toAnswer([], meta, 'none');
      }
      const kept = { key: JSON.stringify(['snapshot', query]), mark: `${plan.scope} ${app.epoch}` };
      return answer(requester, { ...kept, maxAgeS: snapshotCacheSeconds }, async () => {
        const { epoch, rev } = place.cursor;
        const options = { limit: query.limit, budget, auth: requester.auth };
        const { entries, cursor } = await readSnapshotPage(strapi, plan, place.cursor, options);
        return toAnswer(entries, { ...said, epoch, rev, cursor, more: cursor !== null, reset: false }, 'bounded');
      });
    },
  };
}
