import type { Feed, FeedChange, FeedMeta, FeedQuery } from '../feed';
import type { ContentSettings } from '../admin-api/contract';
import { createPlans, type Plan } from './plans';
import { fitting, keyOf, readEntries, toJson } from './read-content';
import { placeOf, readSnapshotPage, type SnapshotQuery } from './snapshot';
import type { Auth, PublishedRow, StrapiContent } from './strapi-content';
import { BusyError, createTurns } from './turns';

/** The most entries one page with content holds, and how many it holds unless asked for fewer. */
export const MAX_CONTENT_LIMIT = 100;

/** Rather than for a longer time, an app waits outside. */
const QUEUE = { queue: 20, waitMs: 10_000 };

export interface ContentQuery extends FeedQuery {
  /** Of the app's last answer; when it has changed, what the app holds is not what it would get today. */
  scope?: string;
}

/** What `meta` says beside what the feed says. */
export interface ContentMeta {
  scope: string;
  /** Content types of which the requester gets nothing: no permission, or their settings went bad. */
  withheld: string[];
}

export interface SnapshotMeta extends ContentMeta {
  epoch: string;
  /** After the last page: ask for the changes from here. */
  rev: number;
  cursor: string | null;
  more: boolean;
  /** Begin again without a cursor. */
  reset: boolean;
}

export interface ContentRefusal {
  kind: 'refused';
  field: 'app' | 'to' | 'cursor' | 'type';
  code: 'unknown-app' | 'to-ahead' | 'unknown-cursor' | 'unknown-type';
  message: string;
}

export type ContentAnswer<Meta> =
  | {
      kind: 'page';
      /** JSON of each entry. */
      entries: readonly string[];
      meta: Meta;
      /** Whether the answer ends at a fixed point, ends at the head, or must not be kept. */
      freshness: 'bounded' | 'revalidate' | 'none';
    }
  | ContentRefusal
  /** Nothing of the app may be read by this requester. */
  | { kind: 'forbidden' }
  | { kind: 'busy' };

/** Published content, as Strapi's REST API would answer it to the same requester. */
export interface Content {
  /** Checks nothing of the log's numbers that the feed does not. @throws what Strapi throws */
  changes(query: ContentQuery, auth: Auth): Promise<ContentAnswer<FeedMeta & ContentMeta>>;
  snapshot(query: SnapshotQuery, auth: Auth): Promise<ContentAnswer<SnapshotMeta>>;
}

export interface ContentOptions {
  strapi: StrapiContent;
  feed: Feed;
  contentOf(appId: number): ReadonlyMap<string, ContentSettings | null>;
  /** `concurrency`: pages read at a time; `pageBytes`: of JSON. */
  config: { content: { concurrency: number; pageBytes: number } };
}

export function createContent({ strapi, feed, contentOf, config }: ContentOptions): Content {
  const { concurrency, pageBytes: budget } = config.content;
  const plans = createPlans({ strapi, contentOf });
  const turns = createTurns({ concurrency, ...QUEUE });

  async function signedFiles(): Promise<boolean> {
    return strapi.signsFiles();
  }

  async function readChanges(query: ContentQuery, auth: Auth): Promise<ContentAnswer<FeedMeta & ContentMeta>> {
    const app = await feed.position(query.app);
    if (!app) return unknownApp(query.app);
    const plan = await plans.of(app.appId, auth);
    if (allWithheld(plan)) return { kind: 'forbidden' };
    const { scope } = plan;
    const withheld = withheldOf(plan);
    if (query.scope !== undefined && query.scope !== scope) {
      const meta = { epoch: app.epoch, rev: app.head, since: query.since ?? null, more: false, reset: true };
      return { kind: 'page', entries: [], meta: { ...meta, scope, withheld }, freshness: 'none' };
    }
    const read = await strapi.inOneView(async (trx) => {
      const answer = await feed.readLast(query, trx);
      if (answer.kind === 'refused') return { answer, entries: [] };
      const isWhole = answer.changes.some(({ contentType }) => contentType === null);
      const rows = isWhole ? new Map<string, PublishedRow[]>() : await rowsOf(answer.changes, plan);
      return { answer, entries: await readEntries(strapi, plan, rows) };
    });
    const { answer } = read;
    if (answer.kind === 'refused') return answer;
    const shown = await toJson(strapi, read.entries, auth);
    // Everything is to be fetched anew: content beside that would be fetched twice.
    const isWhole = answer.changes.some(({ contentType }) => contentType === null);
    const texts = answer.changes.map((change) => toText(change, isWhole ? null : plan, shown));
    const fit = fitting(texts, budget);
    const next = answer.changes[fit];
    const meta = next ? { ...answer.meta, rev: next.rev - 1, more: true } : answer.meta;
    const freshness = answer.freshness === 'immutable' ? 'bounded' : answer.freshness;
    return {
      kind: 'page',
      entries: texts.slice(0, fit),
      meta: { ...meta, scope, withheld },
      freshness: (await signedFiles()) ? 'none' : freshness,
    };
  }

  async function rowsOf(changes: readonly FeedChange[], plan: Plan): Promise<Map<string, PublishedRow[]>> {
    const wanted = new Map<string, Set<string>>();
    const keys = new Set<string>();
    for (const { contentType, documentId, locale } of changes) {
      if (contentType === null || documentId === null || plan.types.get(contentType)?.kind !== 'content') continue;
      wanted.set(contentType, (wanted.get(contentType) ?? new Set()).add(documentId));
      keys.add(keyOf(contentType, { documentId, locale }));
    }
    const rows = new Map<string, PublishedRow[]>();
    for (const [uid, documentIds] of wanted) {
      const published = await strapi.rowsOf(uid, [...documentIds]);
      // Other locales of the same document did not change.
      rows.set(
        uid,
        published.filter((row) => keys.has(keyOf(uid, row))),
      );
    }
    return rows;
  }

  async function readSnapshot(query: SnapshotQuery, auth: Auth): Promise<ContentAnswer<SnapshotMeta>> {
    // Before anything is read: what changes from here on is in the log above it.
    const app = await feed.position(query.app);
    if (!app) return unknownApp(query.app);
    const plan = await plans.of(app.appId, auth);
    if (allWithheld(plan)) return { kind: 'forbidden' };
    const base = { scope: plan.scope, withheld: withheldOf(plan) };
    const place = placeOf(query, plan, app);
    switch (place.kind) {
      case 'type-unknown': {
        const message = `type: no trigger tells this app of ${query.type}. Leave "type" out for all that it hears of.`;
        return { kind: 'refused', field: 'type', code: 'unknown-type', message };
      }
      case 'cursor-unknown': {
        const message = 'cursor: was not given out for this app and type. Begin again without one.';
        return { kind: 'refused', field: 'cursor', code: 'unknown-cursor', message };
      }
      case 'reset': {
        const meta = { ...base, epoch: app.epoch, rev: app.head, cursor: null, more: false, reset: true };
        return { kind: 'page', entries: [], meta, freshness: 'none' };
      }
      case 'at': {
        const { epoch, rev } = place.cursor;
        const { limit } = query;
        const { entries, cursor } = await readSnapshotPage(strapi, plan, place.cursor, { limit, budget, auth });
        const meta = { ...base, epoch, rev, cursor, more: cursor !== null, reset: false };
        return { kind: 'page', entries, meta, freshness: (await signedFiles()) ? 'none' : 'bounded' };
      }
    }
  }

  async function inTurn<Meta>(read: () => Promise<ContentAnswer<Meta>>): Promise<ContentAnswer<Meta>> {
    try {
      return await turns.run(read);
    } catch (error) {
      if (error instanceof BusyError) return { kind: 'busy' };
      throw error;
    }
  }

  return {
    changes: (query, auth) => inTurn(() => readChanges(query, auth)),
    snapshot: (query, auth) => inTurn(() => readSnapshot(query, auth)),
  };
}

/** `content`: the entry as it is published now; null: it is not; absent where the requester gets none of its type. */
function toText(change: FeedChange, plan: Plan | null, shown: ReadonlyMap<string, string>): string {
  const text = JSON.stringify(change);
  const { contentType, documentId, locale } = change;
  if (contentType === null || documentId === null || plan?.types.get(contentType)?.kind !== 'content') return text;
  return `${text.slice(0, -1)},"content":${shown.get(keyOf(contentType, { documentId, locale })) ?? 'null'}}`;
}

const withheldOf = ({ types }: Plan): string[] =>
  [...types.values()].filter(({ kind }) => kind === 'withheld').map(({ uid }) => uid);

/** An app without triggers has nothing to withhold. */
const allWithheld = ({ types }: Plan): boolean =>
  types.size > 0 && [...types.values()].every(({ kind }) => kind === 'withheld');

function unknownApp(app: string): ContentRefusal {
  const message = `app: no app with the bundle id "${app}" is set up here. Send the bundle id as Xcode shows it.`;
  return { kind: 'refused', field: 'app', code: 'unknown-app', message };
}
