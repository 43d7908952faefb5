import { writeFileSync } from 'node:fs';
import { ARTICLE, BUNDLE_ID, triggerOf } from '../../integration/content/library';
import { peakRssMiB } from '../process-usage';
import { openShelf } from './shelf';

/** One way to fetch all articles. */
export interface Fetched {
  perSecond: number;
  requests: number;
  /** The most that Strapi had resident, MiB: of the first tenth, and of all. */
  firstTenthMiB: number;
  peakMiB: number;
}

export interface FirstSync {
  documents: number;
  snapshot: Fetched;
  rest: Fetched;
  /** Articles of which the two say something else, or one says nothing. */
  different: number;
}

const FIELDS = ['title', 'price'];
const SHOWN = ['author', 'coauthors', 'categories'];
const PAGE = 100;

/** An article by its document id, as JSON without row ids, which a publish changes. */
type Articles = Map<string, string>;

export async function measureFirstSync(documents: number): Promise<FirstSync> {
  const populate = Object.fromEntries(SHOWN.map((name) => [name, { fields: ['name'] }]));
  const shelf = await openShelf(triggerOf(ARTICLE, { content: { fields: FIELDS, populate } }), documents);
  const { url, pid } = shelf.strapi;
  try {
    const bySnapshot: Articles = new Map();
    const byRest: Articles = new Map();
    // Code is compiled and caches are filled for both before either is measured.
    await fetchAll(pid, Infinity, snapshotPages(url), new Map(), 5);
    await fetchAll(pid, Infinity, restPages(url), new Map(), 5);
    const snapshot = await fetchAll(pid, documents, snapshotPages(url), bySnapshot);
    const rest = await fetchAll(pid, documents, restPages(url), byRest);
    return { documents: byRest.size, snapshot, rest, different: differences(bySnapshot, byRest) };
  } finally {
    await shelf.close();
  }
}

type Pages = AsyncGenerator<{ documentId: string }[]>;

async function fetchAll(
  pid: number,
  documents: number,
  pages: Pages,
  into: Articles,
  most = Infinity,
): Promise<Fetched> {
  // Linux begins anew with the most memory that the process ever had (proc(5): clear_refs).
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  let requests = 0;
  let firstTenthMiB = NaN;
  const from = performance.now();
  for await (const page of pages) {
    requests += 1;
    for (const article of page) into.set(article.documentId, JSON.stringify(withoutRowIds(article)));
    if (Number.isNaN(firstTenthMiB) && into.size >= documents / 10) firstTenthMiB = peakRssMiB(pid);
    if (requests >= most) break;
  }
  const took = performance.now() - from;
  return { perSecond: (into.size * 1_000) / took, requests, firstTenthMiB, peakMiB: peakRssMiB(pid) };
}

interface SnapshotPage {
  data: { content: { documentId: string } }[];
  meta: { cursor: string | null };
}

async function* snapshotPages(url: string): Pages {
  let cursor: string | null = null;
  do {
    const query: URLSearchParams = new URLSearchParams({
      app: BUNDLE_ID,
      limit: String(PAGE),
      ...(cursor !== null && { cursor }),
    });
    const { data, meta }: SnapshotPage = await json<SnapshotPage>(
      `${url}/api/background-push/snapshot?${query.toString()}`,
    );
    yield data.map(({ content }) => content);
    ({ cursor } = meta);
  } while (cursor !== null);
}

async function* restPages(url: string): Pages {
  const query = new URLSearchParams({ sort: 'documentId', 'pagination[pageSize]': String(PAGE) });
  FIELDS.forEach((name, n) => query.set(`fields[${n}]`, name));
  for (const name of SHOWN) query.set(`populate[${name}][fields][0]`, 'name');
  for (let page = 1, pages = 1; page <= pages; page++) {
    query.set('pagination[page]', String(page));
    const answer = await json<{
      data: { documentId: string }[];
      meta: { pagination: { pageCount: number } };
    }>(`${url}/api/articles?${query.toString()}`);
    pages = answer.meta.pagination.pageCount;
    yield answer.data;
  }
}

async function json<T>(url: string): Promise<T> {
  // Once more: a connection kept from before may have been closed by Strapi while rows were copied.
  const response = await fetch(url).catch(() => fetch(url));
  if (!response.ok) throw new Error(`${url} was answered with ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

function withoutRowIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutRowIds);
  if (typeof value !== 'object' || value === null) return value;
  const named = Object.entries(value).filter(([name]) => name !== 'id');
  return Object.fromEntries(
    named.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, one]) => [name, withoutRowIds(one)]),
  );
}

function differences(one: Articles, other: Articles): number {
  const all = new Set([...one.keys(), ...other.keys()]);
  return [...all].filter((documentId) => one.get(documentId) !== other.get(documentId)).length;
}
