import type { FeedAnswer, FeedChange, Feed } from '../feed';
import type { Plan } from './plans';
import { fitting, keyOf, readEntries, toJson } from './read-content';
import type { ContentRequest } from './answers';
import type { Auth, PublishedRow, StrapiContent } from './strapi-content';

type FeedPage = Extract<FeedAnswer, { kind: 'page' }>;

export interface ChangesPage extends FeedPage {
  /** JSON of each change with its entry, as many as fit. */
  entries: string[];
}

/** Reads a page of the log and the entries that it is about, all as they were at one moment. */
export async function readChangesPage(
  { strapi, feed, budget }: { strapi: StrapiContent; feed: Feed; budget: number },
  query: ContentRequest,
  plan: Plan,
  auth: Auth,
): Promise<ChangesPage | Exclude<FeedAnswer, FeedPage>> {
  const { answer, raw } = await strapi.inOneView(async (trx) => {
    const answer = await feed.readLast(query, trx);
    if (answer.kind === 'refused') return { answer, raw: [] };
    return { answer, raw: await readEntries(strapi, plan, await rowsOf(strapi, answer.changes, plan)) };
  });
  if (answer.kind === 'refused') return answer;
  const shown = await toJson(strapi, raw, auth);
  const withContent = isAnew(answer.changes) ? null : plan;
  const entries = answer.changes.map((change) => toText(change, withContent, shown));
  const fit = fitting(entries, budget);
  const next = answer.changes[fit];
  const meta = next ? { ...answer.meta, rev: next.rev - 1, more: true } : answer.meta;
  return { ...answer, entries: entries.slice(0, fit), meta };
}

/** Everything is to be fetched anew: content beside that would be fetched twice. */
const isAnew = (changes: readonly FeedChange[]): boolean => changes.some(({ contentType }) => contentType === null);

async function rowsOf(
  strapi: StrapiContent,
  changes: readonly FeedChange[],
  plan: Plan,
): Promise<Map<string, PublishedRow[]>> {
  const rows = new Map<string, PublishedRow[]>();
  if (isAnew(changes)) return rows;
  const wanted = new Map<string, Set<string>>();
  const keys = new Set<string>();
  for (const { contentType, documentId, locale } of changes) {
    if (contentType === null || documentId === null || plan.types.get(contentType)?.kind !== 'content') continue;
    wanted.set(contentType, (wanted.get(contentType) ?? new Set()).add(documentId));
    keys.add(keyOf(contentType, { documentId, locale }));
  }
  for (const [uid, documentIds] of wanted) {
    const published = await strapi.rowsOf(uid, [...documentIds]);
    // Other locales of the same document did not change.
    const changed = published.filter((row) => keys.has(keyOf(uid, row)));
    rows.set(uid, changed);
  }
  return rows;
}

/** `content`: the entry as it is published now; null: it is not; absent where the requester gets none of its type. */
function toText(change: FeedChange, plan: Plan | null, shown: ReadonlyMap<string, string>): string {
  const text = JSON.stringify(change);
  const { contentType, documentId, locale } = change;
  if (contentType === null || documentId === null || plan?.types.get(contentType)?.kind !== 'content') return text;
  return `${text.slice(0, -1)},"content":${shown.get(keyOf(contentType, { documentId, locale })) ?? 'null'}}`;
}
