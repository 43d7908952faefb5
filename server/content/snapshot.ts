import type { AppPosition } from '../feed';
import type { ContentRefusal } from './answers';
import { readCursor, writeCursor, type Cursor } from './cursor';
import type { SnapshotEntry } from './page-types';
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
  /**
   * What the answer said that sent the app here. A cached page of before would send it here again, so that is another page
   * to caches; and the first page is no older than `rev`.
   */
  epoch?: string;
  scope?: string;
  rev?: number;
}

export interface SnapshotPage {
  /** JSON of each entry, in order. */
  entries: string[];
  cursor: string | null;
}

/** Where a walk goes on, or why it cannot: what it began with is no more, or was never given out. */
export type SnapshotPlace = { kind: 'at'; cursor: Cursor } | { kind: 'reset' } | ContentRefusal;

/** Finds where a walk goes on; the first page begins one. */
export function placeOf(query: SnapshotQuery, plan: Plan, app: AppPosition): SnapshotPlace {
  const { cursor, type } = query;
  const { appId, epoch, head, floor } = app;
  const only = type ?? null;
  if (only !== null && !plan.types.has(only)) {
    const message = `type: no trigger tells this app of ${only}. Leave "type" out for all that it hears of.`;
    return { kind: 'refused', field: 'type', code: 'unknown-type', message };
  }
  if (isOther(query.epoch, epoch) || isOther(query.scope, plan.scope)) return { kind: 'reset' };
  if (cursor === undefined) {
    if (query.rev !== undefined && query.rev > head) {
      const message = `rev: ${query.rev} is ahead of the log, whose head is ${head}. Send the "rev" of the refresh, or leave it out.`;
      return { kind: 'refused', field: 'rev', code: 'rev-ahead', message };
    }
    const start = { appId, epoch, rev: head, scope: plan.scope, only, type: '', documentId: '' };
    return { kind: 'at', cursor: start };
  }
  const known = readCursor(cursor);
  if (!known || known.appId !== appId || known.only !== only) {
    const message = 'cursor: was not given out for this app and type. Begin again without one.';
    return { kind: 'refused', field: 'cursor', code: 'unknown-cursor', message };
  }
  const over = known.epoch !== epoch || known.scope !== plan.scope || known.rev < floor || known.rev > head;
  return over ? { kind: 'reset' } : { kind: 'at', cursor: known };
}

const isOther = (said: string | undefined, now: string): boolean => said !== undefined && said !== now;

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
  const head = JSON.stringify({ contentType: uid, documentId, locale } satisfies SnapshotEntry);
  if (plan.types.get(uid)?.kind !== 'content') return [head];
  const content = shown.get(keyOf(uid, row));
  return content === undefined ? [] : [`${head.slice(0, -1)},"content":${content}}`];
}
