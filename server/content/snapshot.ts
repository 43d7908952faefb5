import type { AppPosition } from '../feed';
import { readCursor, writeCursor, type Cursor } from './cursor';
import type { Plan, TypePlan } from './plans';
import { fitting, keyOf, readEntries, toJson } from './read-content';
import type { Auth, PublishedRow, StrapiContent } from './strapi-content';

export interface SnapshotQuery {
  /** Bundle id. */
  app: string;
  /** Of the page before. */
  cursor?: string;
  /** Documents of this type alone. */
  type?: string;
  /** Rows. */
  limit: number;
}

export interface SnapshotPage {
  /** JSON of each entry, in order. */
  entries: string[];
  cursor: string | null;
}

/** Why a walk cannot go on. */
export type SnapshotStop = 'reset' | 'cursor-unknown' | 'type-unknown';

/** Finds where a walk goes on, or why it cannot; the first page begins one. */
export function placeOf(
  { cursor, type }: SnapshotQuery,
  plan: Plan,
  { appId, epoch, head, floor }: AppPosition,
): { kind: 'at'; cursor: Cursor } | { kind: SnapshotStop } {
  const only = type ?? null;
  if (only !== null && !plan.types.has(only)) return { kind: 'type-unknown' };
  if (cursor === undefined) {
    return { kind: 'at', cursor: { appId, epoch, rev: head, scope: plan.scope, only, type: '', documentId: '' } };
  }
  const known = readCursor(cursor);
  if (!known || known.appId !== appId || known.only !== only) return { kind: 'cursor-unknown' };
  // What it began with is no more: another life of the log, other settings, or changes since that are not kept.
  const over = known.epoch !== epoch || known.scope !== plan.scope || known.rev < floor || known.rev > head;
  return over ? { kind: 'reset' } : { kind: 'at', cursor: known };
}

/** Reads the page after a cursor: types by UID, within them documents by id, each with all its locales. */
export async function readSnapshotPage(
  strapi: StrapiContent,
  plan: Plan,
  at: Cursor,
  { limit, budget, auth }: { limit: number; budget: number; auth: Auth },
): Promise<SnapshotPage> {
  const types = [...plan.types.values()].filter(
    ({ uid, kind }) => kind !== 'withheld' && uid >= at.type && (at.only === null || uid === at.only),
  );
  const { documents, entries, more } = await strapi.inOneView(async () => {
    const documents = await readDocuments(strapi, types, at, limit);
    const rows = new Map<string, PublishedRow[]>();
    for (const { uid, rows: published } of documents.found) rows.set(uid, [...(rows.get(uid) ?? []), ...published]);
    return { documents: documents.found, more: documents.more, entries: await readEntries(strapi, plan, rows) };
  });
  const shown = await toJson(strapi, entries, auth);
  const texts = documents.map(({ uid, rows }) => rows.flatMap((row) => toText(plan, shown, uid, row)));
  const fit = fitting(
    texts.map((lines) => lines.join(',')),
    budget,
  );
  const last = documents[fit - 1];
  const over = !last || (fit === documents.length && !more);
  return {
    entries: texts.slice(0, fit).flat(),
    cursor: over ? null : writeCursor({ ...at, type: last.uid, documentId: last.documentId }),
  };
}

interface Document {
  uid: string;
  documentId: string;
  rows: PublishedRow[];
}

/** At least one document, if there is one; as many as `limit` rows are of, the last with all its rows. */
async function readDocuments(
  strapi: StrapiContent,
  types: readonly TypePlan[],
  at: Cursor,
  limit: number,
): Promise<{ found: Document[]; more: boolean }> {
  const found: Document[] = [];
  let room = limit;
  for (const { uid } of types) {
    if (room <= 0) return { found, more: true };
    const rows = await strapi.rowsAfter(uid, uid === at.type ? at.documentId : '', room + 1);
    const ids = [...new Set(rows.map(({ documentId }) => documentId))];
    const isCut = rows.length > room;
    // The last may be cut off: the page before it is full, unless it is all there is of the page.
    const whole = isCut ? ids.slice(0, Math.max(1, ids.length - 1)) : ids;
    const alone = isCut && ids.length === 1 ? await strapi.rowsOf(uid, whole) : rows;
    for (const documentId of whole) {
      found.push({ uid, documentId, rows: alone.filter((row) => row.documentId === documentId) });
    }
    if (isCut) return { found, more: true };
    room -= rows.length;
  }
  return { found, more: false };
}

function toText(plan: Plan, shown: ReadonlyMap<string, string>, uid: string, row: PublishedRow): string[] {
  const { documentId, locale } = row;
  const head = JSON.stringify({ contentType: uid, documentId, locale });
  if (plan.types.get(uid)?.kind !== 'content') return [head];
  const content = shown.get(keyOf(uid, row));
  return content === undefined ? [] : [`${head.slice(0, -1)},"content":${content}}`];
}
