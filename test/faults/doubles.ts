import type { Knex } from 'knex';

/** Links that lead to one entry, and where they come from. */
const TO_ONE = [
  { table: 'authors_mentor_lnk', column: 'author_id', owners: 'authors' },
  { table: 'articles_author_lnk', column: 'article_id', owners: 'articles' },
] as const;

const ENTRIES = ['articles', 'authors', 'categories', 'homepages'] as const;

/**
 * What Strapi itself leaves when two write one thing at once: an entry with two links where one may be, and a document that is
 * published twice in one language. It leaves the first also by a repair of its own. Which of the two it shows then is as the
 * database happens to give them, and changes when somebody publishes what one of the links leads to.
 *
 * @returns the document ids of such entries
 */
export async function withDoubles(knex: Knex): Promise<Set<string>> {
  const linked = TO_ONE.map(async ({ table, column, owners }) => {
    const doubled = knex(table).groupBy(column).havingRaw('count(*) > 1').select(column);
    return (await knex(owners).whereIn('id', doubled).select('document_id')) as { document_id: string }[];
  });
  const published = ENTRIES.map(async (table) => {
    const groups = knex(table).whereNotNull('published_at').groupBy('document_id', 'locale');
    return (await groups.havingRaw('count(*) > 1').select('document_id')) as { document_id: string }[];
  });
  const found = await Promise.all([...linked, ...published]);
  return new Set(found.flat().map(({ document_id: documentId }) => documentId));
}
