import { fromDb } from '../store/from-db';
import type { Store } from '../store/store';
import { TABLES, type AppRow, type ChangeAction, type ChangeRow } from '../store/tables';
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
}

/** A change as apps read it. `refresh` has no content type: fetch everything again. */
export interface FeedChange {
  rev: number;
  contentType: string | null;
  documentId: string | null;
  locale: string | null;
  action: ChangeAction;
  /** When it was numbered; ISO 8601, UTC. */
  at: string;
}

export interface FeedMeta {
  epoch: string;
  /** What the app may store once it has applied this page. */
  rev: number;
  since: number | null;
  /** There is another page, from `rev` on. */
  more: boolean;
  /** `since` means nothing in this log: fetch all content, then store `epoch` and `rev`. */
  reset: boolean;
}

/** How long an answer is true: for ever, until the log grows, or it must not be kept at all. */
export type Freshness = 'immutable' | 'revalidate' | 'none';

export type FeedAnswer =
  | { kind: 'page'; changes: FeedChange[]; meta: FeedMeta; freshness: Freshness }
  | { kind: 'refused'; field: 'app' | 'to'; code: 'unknown-app' | 'to-ahead'; message: string };

/** The change log of an app, as its devices read it. The push is a hint, this is the truth. */
export interface Feed {
  read(query: FeedQuery): Promise<FeedAnswer>;
}

export function createFeed({ store }: { store: Store }): Feed {
  const { knex } = store;

  /** From the table, not from memory: only the head's own transaction knows the head. */
  async function readPosition(bundleId: string): Promise<(FeedPosition & { appId: number }) | undefined> {
    const row = await knex<AppRow>(TABLES.apps)
      .where({ bundle_id: bundleId })
      .whereNull('removed_at')
      .first('id', 'bundle_id', 'epoch', 'head', 'floor');
    // MariaDB finds names without regard to case; bundle ids differ by it.
    if (row?.bundle_id !== bundleId) return undefined;
    return { appId: row.id, epoch: row.epoch, head: row.head, floor: row.floor };
  }

  async function readChanges(appId: number, after: number, upTo: number): Promise<FeedChange[]> {
    const rows = await knex<ChangeRow>(TABLES.changes)
      .where({ app_id: appId })
      .where('rev', '>', after)
      .where('rev', '<=', upTo)
      .orderBy('rev');
    return rows.map((row) => toFeedChange(fromDb(row)));
  }

  return {
    async read({ app, epoch, since, to, limit = MAX_FEED_LIMIT }) {
      const position = await readPosition(app);
      if (!position) {
        const message = `app: no app with the bundle id "${app}" is set up here. Send the bundle id as Xcode shows it.`;
        return { kind: 'refused', field: 'app', code: 'unknown-app', message };
      }
      const place = locate(position, { epoch, since, to });
      if (place.kind === 'to-ahead') {
        const message = `to: ${place.to} is ahead of the log, whose head is ${position.head}. Send the "rev" of the push, or leave "to" out.`;
        return { kind: 'refused', field: 'to', code: 'to-ahead', message };
      }
      if (place.kind === 'reset') return toReset(position, since);
      if (place.kind === 'head') {
        const meta = { epoch: position.epoch, rev: position.head, since: null, more: false, reset: false };
        return { kind: 'page', changes: [], meta, freshness: 'revalidate' };
      }

      const last = Math.min(place.end, place.since + limit);
      const changes = await readChanges(position.appId, place.since, last);
      // The log has no holes, so a page with one was cut by retention while we read it.
      if (changes.length !== last - place.since) return toReset((await readPosition(app)) ?? position, since);
      const meta = { epoch: position.epoch, rev: last, since: place.since, more: last < place.end, reset: false };
      return { kind: 'page', changes, meta, freshness: to === undefined ? 'revalidate' : 'immutable' };
    },
  };
}

function toReset({ epoch, head }: FeedPosition, since: number | undefined): FeedAnswer {
  const meta = { epoch, rev: head, since: since ?? null, more: false, reset: true };
  return { kind: 'page', changes: [], meta, freshness: 'none' };
}

function toFeedChange(row: ChangeRow): FeedChange {
  return {
    rev: Number(row.rev),
    contentType: row.content_type,
    documentId: row.document_id,
    locale: row.locale,
    action: row.action,
    at: new Date(row.at ?? 0).toISOString(),
  };
}
