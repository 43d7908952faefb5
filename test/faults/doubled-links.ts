import type { Knex } from 'knex';

/** Links that lead to one entry, and where they come from. */
const TO_ONE = [
  { table: 'authors_mentor_lnk', column: 'author_id', owners: 'authors' },
  { table: 'articles_author_lnk', column: 'article_id', owners: 'articles' },
] as const;

/**
 * Two processes that link one entry at once leave it with two links where one may be: Strapi's own doing. Which of them it
 * shows then is as the database happens to give them, and changes when somebody publishes what one of them leads to.
 *
 * @returns the document ids of such entries
 */
export async function withDoubledLinks(knex: Knex): Promise<Set<string>> {
  const found = await Promise.all(
    TO_ONE.map(async ({ table, column, owners }) => {
      const doubled = knex(table).groupBy(column).havingRaw('count(*) > 1').select(column);
      const rows = (await knex(owners).whereIn('id', doubled).select('document_id')) as { document_id: string }[];
      return rows.map(({ document_id: documentId }) => documentId);
    }),
  );
  return new Set(found.flat());
}
