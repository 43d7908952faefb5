import type { Knex } from 'knex';
import type { ContentSettings } from '../admin-api/contract';
import { batches } from '../store/batches';
import type { Store } from '../store/store';
import { pathsOf, type RelatedPath } from './related-paths';
import type { Link, StrapiContent } from './strapi-content';

/** A published entry that shows another. */
export interface Owner {
  contentType: string;
  documentId: string;
  locale: string | null;
  /** Of what it shows, the document id alone. */
  isReference: boolean;
}

export interface FoundOwners {
  owners: Owner[];
  /** Content types of which there are more than are told one by one; none of them is among the owners. */
  tooMany: string[];
}

export interface Owners {
  /** Content types whose entries may show entries of this type, along a path that a trigger follows. */
  ownersOf(uid: string): string[];
  /**
   * The published entries that show any of these rows.
   *
   * @param db a transaction, whose view decides, or none
   * @param leaving the transaction is about to take the rows away: what others commit up to then, to show one of them, is
   *   found too
   */
  ofRows(uid: string, rowIds: readonly number[], db: Knex, leaving?: boolean): Promise<FoundOwners>;
  /** The published entries that show what is published of a document now. */
  ofDocument(uid: string, documentId: string, locale: string | null): Promise<FoundOwners>;
}

export interface OwnersOptions {
  strapi: StrapiContent;
  /** Reads outside of any transaction. */
  db: Knex;
  client: Store['client'];
  /** What triggers follow; the same list until the set-up changes. */
  followed(): readonly Followed[];
  /** Of one content type; above it nobody is told one by one. */
  most: number;
}

export interface Followed {
  contentType: string;
  content: ContentSettings | null;
  related: true | readonly string[];
}

/** Values in one statement: SQLite takes 999. */
const BATCH = 500;
/** Rows between an owner and what it shows: a picture in a component has one more for each draft that holds it. */
const ROWS_PER_OWNER = 10;

/**
 * Who shows what, backwards along the paths that triggers follow: one query for each link, from ids to ids. Strapi has no
 * index on the ids of components, so a join over several of them reads whole tables more than once.
 */
export function createOwners({ strapi, db: outside, client, followed, most }: OwnersOptions): Owners {
  let known: readonly Followed[] | null = null;
  let byTarget = new Map<string, RelatedPath[]>();

  function pathsTo(uid: string): readonly RelatedPath[] {
    const now = followed();
    if (now !== known) {
      byTarget = new Map();
      for (const { contentType, content, related } of now) {
        for (const path of pathsOf(strapi, contentType, content, related)) {
          byTarget.set(path.target, [...(byTarget.get(path.target) ?? []), path]);
        }
      }
      known = now;
    }
    return byTarget.get(uid) ?? [];
  }

  /** @returns null: too many, or some that cannot be read */
  async function back(
    ids: readonly number[],
    { links }: RelatedPath,
    db: Knex,
    leaving: boolean,
  ): Promise<number[] | null> {
    if (leaving && client === 'mysql' && (await isBehind(ids, links[links.length - 1], db))) return null;
    let found = [...ids];
    const limit = most * ROWS_PER_OWNER;
    for (const { table, own, target, where } of [...links].reverse()) {
      const next = new Set<number>();
      for (const some of batches(found, BATCH)) {
        const rows = (await db(table)
          .where(where)
          .whereIn(target, some)
          .whereNotNull(own)
          .distinct({ id: own })
          .limit(limit + 1)) as { id: number | string }[];
        for (const { id } of rows) next.add(Number(id));
        if (next.size > limit) return null;
      }
      found = [...next];
    }
    return found;
  }

  async function ofRows(uid: string, rowIds: readonly number[], db: Knex, leaving = false): Promise<FoundOwners> {
    if (rowIds.length === 0) return { owners: [], tooMany: [] };
    if (leaving && pathsTo(uid).length > 0) await strapi.holdRows(uid, rowIds, db);
    const owners = new Map<string, Owner>();
    const tooMany = new Set<string>();
    const counts = new Map<string, number>();
    for (const path of pathsTo(uid)) {
      const { owner: contentType, isReference } = path;
      if (tooMany.has(contentType)) continue;
      const ids = await back(rowIds, path, db, leaving);
      const mayTurn =
        isReference && path.isToOne && ids !== null && ids.length > 0 && (await isDoubled(rowIds, path, db));
      for (const some of batches(ids ?? [], BATCH)) {
        for (const { documentId, locale } of await strapi.publishedAmong(contentType, some, db)) {
          const key = JSON.stringify([contentType, documentId, locale]);
          const known = owners.get(key);
          if (!known) counts.set(contentType, (counts.get(contentType) ?? 0) + 1);
          const alone = isReference && !mayTurn && (known?.isReference ?? true);
          owners.set(key, { contentType, documentId, locale, isReference: alone });
        }
      }
      if (ids === null || (counts.get(contentType) ?? 0) > most) tooMany.add(contentType);
    }
    const told = [...owners.values()].filter(({ contentType }) => !tooMany.has(contentType));
    return { owners: told, tooMany: [...tooMany] };
  }

  /**
   * Whether somebody leads to one of these rows and to another, where one may be: two who write at once leave that, and
   * some of Strapi's own repairs. Which of them Strapi shows changes when one is published again.
   */
  async function isDoubled(ids: readonly number[], { links }: RelatedPath, db: Knex): Promise<boolean> {
    const { table, own, target, where } = links[links.length - 1];
    for (const some of batches(ids, BATCH)) {
      const holders = db(table).where(where).whereIn(target, some).whereNotNull(own).select(own);
      const doubled = db(table).where(where).whereIn(own, holders).groupBy(own).havingRaw('count(*) > 1');
      if ((await doubled.first(own)) !== undefined) return true;
    }
    return false;
  }

  /**
   * Whether others committed links to these rows which the transaction does not see: on MariaDB it reads the database as
   * it was at its first statement. Only a read that locks shows the links as they are, and deleting the rows locks them
   * too.
   */
  async function isBehind(ids: readonly number[], { table, own, target, where }: Link, db: Knex): Promise<boolean> {
    const linked = () =>
      db(table)
        .where(where)
        .whereIn(target, [...ids])
        .whereNotNull(own)
        .distinct({ id: own });
    const seen = new Set(((await linked()) as { id: number | string }[]).map(({ id }) => Number(id)));
    return ((await linked().forShare()) as { id: number | string }[]).some(({ id }) => !seen.has(Number(id)));
  }

  return {
    ownersOf: (uid) => [...new Set(pathsTo(uid).map(({ owner }) => owner))],
    ofRows,
    async ofDocument(uid, documentId, locale) {
      const rows = await strapi.rowsOf(uid, [documentId]);
      const ids = rows.filter((row) => row.locale === locale).map(({ id }) => id);
      const found = await ofRows(uid, ids, outside);
      // Whoever shows one of two rows may show the other as well: not its document id alone, but that twice.
      return ids.length < 2 ? found : { ...found, owners: found.owners.map((one) => ({ ...one, isReference: false })) };
    },
  };
}
