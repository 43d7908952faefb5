import { batches } from '../../store/batches';
import { createHash } from 'node:crypto';
import type { Core } from '@strapi/strapi';

/** One row of a content type: a draft or the published version of a document in one locale. */
export interface Version {
  id: number;
  documentId: string;
  locale: string | null;
  /** Whether the content API shows it. */
  published: boolean;
  /** Moves with a write of one row; null where a row has none. */
  updatedAt: string | null;
}

/** The rows that a write touched, as they were and as they are; null: more than are told one by one. */
export type Compared = { before: Version[]; after: Version[] } | null;

/** A row as Strapi gives it. */
export type Entry = Record<string, unknown>;

const VERSION_FIELDS = ['id', 'documentId', 'locale', 'publishedAt', 'updatedAt'] as const;

/** Rows looked up in one statement: SQLite takes 999 values in one. */
const BATCH = 500;

/**
 * Reads rows of content types as capture needs them. By Strapi's query builder, not by `strapi.db.query`: it joins the
 * transaction that the caller is in, and runs nobody's lifecycle hooks.
 */
export function createVersions(strapi: Core.Strapi) {
  /** Without drafts every row is public, whatever `published_at` says: rows older than Strapi 5 may have none. */
  function toVersion(uid: string, entry: Entry): Version {
    const hasDrafts = strapi.contentTypes[uid as keyof typeof strapi.contentTypes]?.options?.draftAndPublish === true;
    const { id, documentId, locale, publishedAt, updatedAt } = entry;
    return {
      id: Number(id),
      documentId: String(documentId),
      locale: typeof locale === 'string' && locale !== '' ? locale : null,
      published: !hasDrafts || (publishedAt !== null && publishedAt !== undefined),
      updatedAt: updatedAt === null || updatedAt === undefined ? null : new Date(updatedAt as string).toISOString(),
    };
  }

  async function read(uid: string, params: object): Promise<Version[]> {
    const select = [...VERSION_FIELDS];
    const rows = (await strapi.db
      .queryBuilder(uid)
      .init({ select, ...params })
      .execute()) as Entry[];
    return rows.map((row) => toVersion(uid, row));
  }

  return {
    /** @param entry a row of which `isWhole` is true */
    of: toVersion,

    /** Whether a row that Strapi hands over has all that a `Version` needs: `select` may have cut it off. */
    isWhole: (entry: Entry): boolean => VERSION_FIELDS.every((field) => entry[field] !== undefined),

    /** The rows that a write with this `where` finds, in order of id. @param limit at most so many */
    matching: (uid: string, params: { where?: unknown; _q?: unknown; filters?: unknown }, limit: number) =>
      read(uid, { where: params.where, _q: params._q, filters: params.filters, orderBy: { id: 'asc' }, limit }),

    async byIds(uid: string, ids: readonly number[]): Promise<Version[]> {
      const found: Version[] = [];
      for (const some of batches(ids, BATCH)) found.push(...(await read(uid, { where: { id: { $in: some } } })));
      return found;
    },

    /** A hash of each row's own columns: whether a row was written shows in nothing else, `updateMany` moves no time. */
    async marks(uid: string, ids: readonly number[]): Promise<Map<number, string>> {
      const marks = new Map<number, string>();
      for (const some of batches(ids, BATCH)) {
        const where = { id: { $in: some } };
        const rows = (await strapi.db.queryBuilder(uid).init({ where }).execute()) as Entry[];
        for (const row of rows)
          marks.set(Number(row.id), createHash('sha256').update(JSON.stringify(row)).digest('hex'));
      }
      return marks;
    },

    /** All versions, drafts too, of these documents. */
    async ofDocuments(uid: string, documentIds: readonly string[]): Promise<Version[]> {
      const found: Version[] = [];
      for (const some of batches(documentIds, BATCH)) {
        found.push(...(await read(uid, { where: { documentId: { $in: some } } })));
      }
      return found;
    },

    /** Rows with a higher id than `id`, in order of id. */
    newerThan: (uid: string, id: number, limit: number) =>
      read(uid, { where: { id: { $gt: id } }, orderBy: { id: 'asc' }, limit }),

    /** The highest row id; 0 in an empty table. */
    async newestId(uid: string): Promise<number> {
      const [newest] = await read(uid, { orderBy: { id: 'desc' }, limit: 1 });
      return newest?.id ?? 0;
    },
  };
}

export type Versions = ReturnType<typeof createVersions>;
