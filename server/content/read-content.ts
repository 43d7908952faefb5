import { setImmediate as turn } from 'node:timers/promises';
import { canonicalJson } from './canonical-json';
import type { Plan } from './plans';
import { dropRowIds } from './references';
import type { Auth, Entry, PublishedRow, StrapiContent } from './strapi-content';

/** Entries made ready at a time: each is a millisecond of CPU, and others' requests come in between. */
const SLICE = 10;

/** An entry of some content type, as it is stored. */
export interface RawEntry {
  uid: string;
  row: PublishedRow;
  entry: Entry;
}

/**
 * Whole entries of published rows; call it within a view. An entry that code of the project hides is left out.
 *
 * @param rows by content type; types without a content plan are passed over
 */
export async function readEntries(
  strapi: StrapiContent,
  plan: Plan,
  rows: ReadonlyMap<string, readonly PublishedRow[]>,
): Promise<RawEntry[]> {
  const found: RawEntry[] = [];
  for (const [uid, published] of rows) {
    const type = plan.types.get(uid);
    if (type?.kind !== 'content' || published.length === 0) continue;
    const byId = new Map(published.map((row) => [row.id, row]));
    const entries = await strapi.entries(uid, type.query, [...byId.keys()]);
    const inOrder = [...entries].sort((one, other) => Number(one.id) - Number(other.id));
    for (const entry of inOrder) {
      const row = byId.get(Number(entry.id));
      if (row) found.push({ uid, row, entry });
    }
  }
  return found;
}

/**
 * What of entries the requester may see, each as JSON. Needs no database, so call it outside of the view.
 *
 * @returns by `keyOf`
 */
export async function toJson(
  strapi: StrapiContent,
  entries: readonly RawEntry[],
  auth: Auth,
): Promise<Map<string, string>> {
  const shown = new Map<string, string>();
  for (const [at, { uid, row, entry }] of entries.entries()) {
    if (at % SLICE === SLICE - 1) await turn();
    const answer = await strapi.sanitizeEntry(uid, entry, auth);
    dropRowIds(strapi, uid, answer);
    const key = keyOf(uid, row);
    // Two that publish one document at once can leave it published twice; Strapi shows the first that the database finds.
    if (!shown.has(key)) shown.set(key, canonicalJson(answer));
  }
  return shown;
}

/** One document in one locale. */
export function keyOf(uid: string, { documentId, locale }: Pick<PublishedRow, 'documentId' | 'locale'>): string {
  return JSON.stringify([uid, documentId, locale]);
}

/** How many of the texts, in order, fit in `budget` bytes; one always does. */
export function fitting(texts: readonly string[], budget: number): number {
  let bytes = 0;
  for (const [at, text] of texts.entries()) {
    bytes += Buffer.byteLength(text);
    if (bytes > budget && at > 0) return at;
  }
  return texts.length;
}
