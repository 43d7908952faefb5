import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import type { TriggerSettings } from '../../../server/admin-api/contract';
import { callStrapi } from '../../integration/admin-session';
import { ARTICLE, ASK, AUTHOR, CATEGORY, libraryConfig, READ } from '../../integration/content/library';
import { openDatabase } from '../../integration/open-database';
import { startProcess, type StrapiProcess } from '../../integration/strapi-process';
import { LIBRARY } from '../../integration/test-app';

/** A Strapi with one author, and articles that show it. */
export interface Shelf {
  strapi: StrapiProcess;
  /** Document id of the author. */
  author: string;
  close(): Promise<void>;
}

/** @param trigger null: the plugin is off */
export async function openShelf(trigger: Partial<TriggerSettings> | null, articles: number): Promise<Shelf> {
  const strapi = await startProcess({
    app: LIBRARY,
    env: { NODE_ENV: 'production', BACKGROUND_PUSH_ENABLED: String(trigger !== null) },
    config: { ...libraryConfig(trigger ? [trigger] : []), delivery: { enabled: false } },
  });
  const create = [AUTHOR, CATEGORY, ARTICLE].map((uid) => `${uid}.create`);
  await strapi.grantPublic([...READ, ...create, ...(trigger ? ASK : [])]);
  const post = async (path: string, data: object) => {
    const answer = await callStrapi<{ data: { documentId: string } }>(strapi.url, 'POST', path, { body: { data } });
    return answer.data.documentId;
  };
  const author = await post('/api/authors', { name: 'Ada' });
  const categories = [await post('/api/categories', { name: 'News' })];
  const first = await post('/api/articles', { title: 'Shown', price: 1, author, coauthors: [author], categories });
  const knex = openDatabase(strapi.database);
  await copyArticle(knex, first, articles - 1);
  await knex.destroy();
  return { strapi, author, close: () => strapi.stop() };
}

const LINKS = ['articles_author_lnk', 'articles_coauthors_lnk', 'articles_categories_lnk'];
const BATCH = 100;

type Row = Record<string, unknown> & { id: number };

/**
 * Makes copies of an article as documents of their own, row by row: its draft, its published version and the links of
 * both. The Document Service would take half an hour for fifty thousand. Nothing of it reaches the log.
 */
async function copyArticle(knex: Knex, documentId: string, copies: number): Promise<void> {
  const versions = (await knex('articles').where({ document_id: documentId })) as Row[];
  const links = new Map<string, Row[]>();
  const ids = versions.map(({ id }) => id);
  for (const table of LINKS) links.set(table, (await knex(table).whereIn('article_id', ids)) as Row[]);
  let nextId = Number(((await knex('articles').max({ id: 'id' })) as Row[])[0].id) + 1;
  for (let done = 0; done < copies; done += BATCH) {
    await knex.transaction(async (trx) => {
      const rows: object[] = [];
      const copiedLinks = new Map<string, object[]>(LINKS.map((table) => [table, []]));
      for (let n = done; n < Math.min(copies, done + BATCH); n++) {
        const copyOf = randomBytes(12).toString('hex');
        for (const version of versions) {
          const id = nextId++;
          rows.push({ ...version, id, document_id: copyOf, title: `Article ${n}`, price: n });
          for (const [table, found] of links) {
            for (const { id: _own, ...link } of found.filter(({ article_id: of }) => of === version.id)) {
              copiedLinks.get(table)!.push({ ...link, article_id: id });
            }
          }
        }
      }
      for (const [table, some] of [['articles', rows] as const, ...copiedLinks]) {
        for (let from = 0; from < some.length; from += 25) await trx(table).insert(some.slice(from, from + 25));
      }
    });
  }
}
