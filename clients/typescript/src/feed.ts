import { isRev } from './content-push.js';
import type { Budget, Requests } from './requests.js';
import { SyncError } from './sync-error.js';
import type { Change, Entry } from './types.js';

/** Of which content the app wants to hear; null: of all. */
export interface Filter {
  app: string;
  locales: readonly string[] | null;
  contentTypes: readonly string[] | null;
  /** Whether answers hold the entries themselves. */
  content: boolean;
}

export interface ChangesQuery {
  epoch?: string;
  since?: number;
  to?: number;
  scope?: string | null;
}

export interface SnapshotQuery {
  cursor?: string | null;
  type?: string | null;
  epoch?: string | null;
  scope?: string | null;
  rev?: number | null;
}

/** A change of everything, or of a whole content type, names no document. */
export type FeedChange = Omit<Change, 'contentType' | 'documentId'> & {
  contentType: string | null;
  documentId: string | null;
};

interface Meta {
  epoch: string;
  rev: number;
  scope: string | null;
  more: boolean;
  reset: boolean;
}

export interface ChangesPage extends Meta {
  changes: FeedChange[];
}

export interface SnapshotPage extends Meta {
  entries: Entry[];
  cursor: string | null;
}

/** The server's feed. All throw `SyncError`. */
export interface Feed {
  changes(query: ChangesQuery, budget: Budget): Promise<ChangesPage>;
  snapshot(query: SnapshotQuery, budget: Budget): Promise<SnapshotPage>;
}

export function createFeed(requests: Requests, prefix: string, { app, locales, contentTypes, content }: Filter): Feed {
  const get = async (path: string, query: [string, unknown][], budget: Budget) => {
    // In one order for all: then a cache in front of the server answers all whom a push woke.
    const given = query.flatMap(([name, value]) =>
      value == null ? [] : [`${name}=${encodeURIComponent(text(value))}`],
    );
    return readPage(await requests.send({ method: 'GET', path: `${prefix}/${path}?${given.join('&')}` }, budget));
  };
  return {
    async changes({ epoch, since, to, scope }, budget) {
      const query: [string, unknown][] = [
        ['app', app],
        ['epoch', epoch],
        ['since', since],
        ['to', to],
        ['include', content ? 'content' : null],
        ['scope', content ? scope : null],
        ['locale', locales?.join(',')],
        ['contentType', contentTypes?.join(',')],
      ];
      const { data, meta } = await get('changes', query, budget);
      if (!data.every(isChange)) throw unreadable('a change without its revision');
      // A stale cache, or not this server: what was applied is not undone.
      if (!meta.reset && since !== undefined && meta.rev < since) throw unreadable(`rev ${meta.rev} after ${since}`);
      return { changes: data, ...meta };
    },
    async snapshot({ cursor, type, epoch, scope, rev }, budget) {
      const query: [string, unknown][] = [
        ['app', app],
        ['cursor', cursor],
        ['type', type],
        ['epoch', epoch],
        ['scope', scope],
        ['rev', rev],
      ];
      const { data, meta, cursor: next } = await get('snapshot', query, budget);
      if (!data.every(isEntry)) throw unreadable('an entry without its name');
      if (meta.more && next === null) throw unreadable('more to come, and no cursor');
      const isWanted = ({ contentType, locale }: Entry) =>
        (contentTypes === null || contentTypes.includes(contentType)) &&
        (locales === null || locale === null || locales.includes(locale));
      return { entries: data.filter(isWanted), cursor: next, ...meta };
    },
  };
}

const text = (value: unknown): string => String(value as string | number);

const unreadable = (what: string): SyncError => new SyncError('unreadable', `The server answered ${what}.`);

function readPage(json: unknown): { data: unknown[]; meta: Meta; cursor: string | null } {
  const { data, meta } = (json ?? {}) as { data?: unknown; meta?: Record<string, unknown> };
  if (!Array.isArray(data) || typeof meta !== 'object' || meta === null) throw unreadable('something else');
  const { epoch, rev, scope, more, reset, cursor } = meta;
  if (typeof epoch !== 'string' || !isRev(rev)) throw unreadable('no place in its log');
  return {
    data,
    meta: {
      epoch,
      rev,
      scope: typeof scope === 'string' ? scope : null,
      more: more === true,
      reset: reset === true,
    },
    cursor: typeof cursor === 'string' ? cursor : null,
  };
}

/** What a newer server says besides is left aside. */
function isChange(value: unknown): value is FeedChange {
  const { rev, contentType, documentId, locale } = (value ?? {}) as Partial<FeedChange>;
  return isRev(rev) && [contentType, documentId, locale].every((name) => name === null || typeof name === 'string');
}

function isEntry(value: unknown): value is Entry {
  const { contentType, documentId, locale } = (value ?? {}) as Partial<Entry>;
  return (
    typeof contentType === 'string' && typeof documentId === 'string' && (locale === null || typeof locale === 'string')
  );
}
