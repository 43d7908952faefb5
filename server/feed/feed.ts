import type { Knex } from 'knex';
import { fromDb } from '../store/from-db';
import { toIsoSecond } from '../store/iso-second';
import type { Store } from '../store/store';
import { TABLES, type AppRow, type ChangeRow } from '../store/tables';
import type { FeedChange, FeedMeta } from './feed-change';
import { locate, type FeedPosition } from './position';

/** The most changes one page holds, and how many it holds unless asked for fewer. */
export const MAX_FEED_LIMIT = 1_000;

export interface FeedQuery {
  /** Bundle id. */
  app: string;
  epoch?: string;
  /** The revision the app has applied; without it the feed only tells its head, for a first start. */
  since?: number;
  /** The revision a push named: the answer then ends there and never changes. */
  to?: number;
  /** 1 to `MAX_FEED_LIMIT`. */
  limit?: number;
  /** Only changes of these, and those that concern every locale. */
  locales?: readonly string[];
  /** Only changes of these, and those that concern everything. */
  contentTypes?: readonly string[];
}

/** How long an answer is true: for ever, until the log grows, or it must not be kept at all. */
export type CacheRule = 'immutable' | 'revalidate' | 'none';

export type FeedAnswer =
  | { kind: 'page'; changes: FeedChange[]; meta: FeedMeta; caching: CacheRule }
  | { kind: 'refused'; field: 'app' | 'to'; code: 'unknown-app' | 'to-ahead'; message: string };

/** The change log of an app, as its devices read it. The push is a hint, this is the truth. */
export interface Feed {
  /** Every change, one by one. */
  read(query: FeedQuery): Promise<FeedAnswer>;
  /**
   * The last change of each entry, in order of `rev`, so that a reader who was away for long gets each entry once.
   *
   * @param trx sees the database at one moment
   */
  readLast(query: FeedQuery, trx: Knex.Transaction): Promise<FeedAnswer>;
  /**
   * Where an app's log stands; undefined: there is no such app.
   *
   * @param to a revision that was named: a position that is a moment old will do once it has come so far
   */
  position(bundleId: string, to?: number): Promise<AppPosition | undefined>;
}

export type AppPosition = FeedPosition & { appId: number };

export interface FeedOptions {
  store: Store;
  /** Where Strapi's REST API has an entry. */
  pathOf(contentType: string, documentId: string, locale: string | null): string | null;
}

/** For so long a position need not be read again where its age does not matter. */
const RECENT_MS = 250;

/** Revisions looked through for one page that names locales or content types. */
const MAX_SCAN = 10 * MAX_FEED_LIMIT;

export function createFeed({ store, pathOf }: FeedOptions): Feed {
  const recent = new Map<string, { position: AppPosition; at: number }>();

  /** From the table, not from memory: only the head's own transaction knows the head. */
  async function readPosition(bundleId: string, db: Knex = store.knex): Promise<AppPosition | undefined> {
    const row = await db<AppRow>(TABLES.apps)
      .where({ bundle_id: bundleId })
      .whereNull('removed_at')
      .first('id', 'bundle_id', 'epoch', 'head', 'floor');
    // MariaDB finds names without regard to case; bundle ids differ by it.
    if (row?.bundle_id !== bundleId) return undefined;
    return { appId: row.id, epoch: row.epoch, head: Number(row.head), floor: Number(row.floor) };
  }

  const rowsIn = (db: Knex, appId: number, after: number, upTo: number) =>
    db<ChangeRow>(TABLES.changes).where({ app_id: appId }).where('rev', '>', after).where('rev', '<=', upTo);

  /** Finds the reader's place; every answer but the page itself is the same for both ways of reading. */
  async function answer(
    { app, epoch, since, to }: FeedQuery,
    db: Knex,
    read: (place: Range) => Promise<Page | null>,
  ): Promise<FeedAnswer> {
    const position = await readPosition(app, db);
    if (!position) return unknownApp(app);
    const place = locate(position, { epoch, since, to });
    if (place.kind === 'to-ahead') {
      const message = `to: ${place.to} is ahead of the log, whose head is ${position.head}. Send the "rev" of the push, or leave "to" out.`;
      return { kind: 'refused', field: 'to', code: 'to-ahead', message };
    }
    if (place.kind === 'reset') return toReset(position, since);
    if (place.kind === 'head') {
      const meta = { epoch: position.epoch, rev: position.head, since: null, more: false, reset: false };
      return { kind: 'page', changes: [], meta, caching: 'revalidate' };
    }
    const page = await read({ ...place, appId: position.appId });
    if (page === null) return toReset((await readPosition(app, db)) ?? position, since);
    const { changes, rev } = page;
    const meta = { epoch: position.epoch, rev, since: place.since, more: rev < place.end, reset: false };
    return { kind: 'page', changes, meta, caching: to === undefined ? 'revalidate' : 'immutable' };
  }

  function toFeedChange(row: ChangeRow): FeedChange {
    const { content_type: contentType, document_id: documentId, locale, action } = row;
    return {
      rev: Number(row.rev),
      contentType,
      documentId,
      locale,
      action,
      at: toIsoSecond(row.at ?? 0),
      path: contentType === null || documentId === null ? null : pathOf(contentType, documentId, locale),
    };
  }

  return {
    async position(bundleId, to) {
      const known = recent.get(bundleId);
      if (to !== undefined && known && performance.now() - known.at < RECENT_MS && to <= known.position.head) {
        return known.position;
      }
      const position = await readPosition(bundleId);
      if (position) recent.set(bundleId, { position, at: performance.now() });
      return position;
    },

    read: (query) =>
      answer(query, store.knex, async ({ appId, since, end }) => {
        const { limit = MAX_FEED_LIMIT } = query;
        const isFiltered = query.locales !== undefined || query.contentTypes !== undefined;
        const changes: FeedChange[] = [];
        let rev = since;
        while (rev < end && changes.length < limit && rev - since < MAX_SCAN) {
          const upTo = Math.min(end, rev + (isFiltered ? MAX_FEED_LIMIT : limit - changes.length));
          const rows = (await rowsIn(store.knex, appId, rev, upTo).orderBy('rev')).map(fromDb);
          // The log has no holes, so a page with one was cut by retention while we read it.
          if (rows.length !== upTo - rev) return null;
          rev = upTo;
          for (const row of rows.filter((one) => isAsked(query, one))) {
            if (changes.length === limit) {
              rev = Number(row.rev) - 1;
              break;
            }
            changes.push(toFeedChange(row));
          }
        }
        return { changes, rev };
      }),

    readLast: (query, strapiTrx) => {
      const trx = store.within(strapiTrx);
      return answer(query, trx, async ({ appId, since, end }) => {
        const { limit = MAX_FEED_LIMIT, locales, contentTypes } = query;
        const last = (await rowsIn(trx, appId, since, end)
          .modify((rows) => {
            if (locales) void rows.where((some) => void some.whereIn('locale', locales).orWhereNull('locale'));
            if (contentTypes) {
              void rows.where((some) => void some.whereIn('content_type', contentTypes).orWhereNull('content_type'));
            }
          })
          .groupBy('content_type', 'document_id', 'locale')
          .max({ rev: 'rev' })
          .orderBy('rev')
          .limit(limit + 1)) as { rev: number | string }[];
        const revs = last.slice(0, limit).map(({ rev }) => Number(rev));
        const rows = await trx<ChangeRow>(TABLES.changes).where({ app_id: appId }).whereIn('rev', revs).orderBy('rev');
        const rev = last.length > limit ? (revs.at(-1) ?? since) : end;
        return { changes: rows.map((row) => toFeedChange(fromDb(row))), rev };
      });
    },
  };
}

type Range = { appId: number; since: number; end: number };
type Page = {
  changes: FeedChange[];
  /** What the reader has then. */
  rev: number;
};

/** As `readLast` asks the database: a change without a locale, or a type, concerns all of them. */
function isAsked({ locales, contentTypes }: FeedQuery, row: Pick<ChangeRow, 'locale' | 'content_type'>): boolean {
  const isIn = (list: readonly string[] | undefined, value: string | null) =>
    list === undefined || value === null || list.includes(value);
  return isIn(locales, row.locale) && isIn(contentTypes, row.content_type);
}

function toReset({ epoch, head }: FeedPosition, since: number | undefined): FeedAnswer {
  const meta = { epoch, rev: head, since: since ?? null, more: false, reset: true };
  return { kind: 'page', changes: [], meta, caching: 'none' };
}

export function unknownApp(app: string) {
  const message = `app: no app with the bundle id "${app}" is set up here. Send the bundle id as Xcode shows it.`;
  return { kind: 'refused', field: 'app', code: 'unknown-app', message } as const;
}
