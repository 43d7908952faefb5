import { errors } from '@strapi/utils';
import { ARTICLE, AUTHOR, CATEGORY, FILE, HOMEPAGE, type Document, type Documents, type Shelves } from './library';

/** What an editor may have at most, so that edits meet each other. */
const MOST = { articles: 5, authors: 4, categories: 3, files: 5 };

const LOCALES = ['en', 'fr', 'de'] as const;

interface UploadService {
  updateFileInfo(id: number, info: object): Promise<unknown>;
  remove(file: unknown): Promise<unknown>;
}

export interface EditorOptions {
  /** In all that it writes. */
  name?: string;
  /** Others write too: two that each make the one homepage would make two. */
  beside?: boolean;
}

/** Edits a library at random: every kind of act on every kind of content. */
export function createEditor(
  library: Shelves,
  random: () => number,
  { name: who = 'word', beside = false }: EditorOptions = {},
) {
  const articles = library.documents(ARTICLE);
  const authors = library.documents(AUTHOR);
  const categories = library.documents(CATEGORY);
  const homepage = library.documents(HOMEPAGE);
  const { strapi } = library;
  const upload = strapi.plugin('upload').service('upload') as unknown as UploadService;
  const met = new Map<string, number>();
  let words = 0;

  const below = (limit: number) => Math.floor(random() * limit);
  const chance = (share: number) => random() < share;

  const word = () => `${who} ${++words}`;
  const pick = <T>(list: readonly T[]): T | undefined => list[below(list.length)];
  const some = <T>(list: readonly T[]): T[] => list.filter(() => chance(0.4));
  const idsOf = async (documents: Documents): Promise<string[]> => {
    const found = await documents.findMany({ locale: '*', fields: ['documentId'] });
    for (const { documentId } of found) if (!met.has(documentId)) met.set(documentId, met.size);
    // In the order in which they were made: their ids are random, and a seed shall bring the same edits again.
    return [...new Set(found.map(({ documentId }) => documentId))].sort((a, b) => met.get(a)! - met.get(b)!);
  };
  const fileIds = async (): Promise<number[]> => {
    const files = (await strapi.db.query(FILE).findMany({ orderBy: { id: 'asc' } })) as { id: number }[];
    return files.map(({ id }) => id);
  };

  async function articleData(): Promise<object> {
    const [people, topics, others, files] = [
      await idsOf(authors),
      await idsOf(categories),
      await idsOf(articles),
      await fileIds(),
    ];
    const all = {
      title: word(),
      price: below(100),
      draftOfContract: 'planted-contract',
      cover: pick(files) ?? null,
      gallery: some(files),
      author: pick([null, ...people]) ?? null,
      coauthors: some(people),
      categories: some(topics),
      sequels: some(others),
      seo: { title: word(), note: 'planted-note', shareImage: pick(files) ?? null, reviewer: pick(people) ?? null },
      links: some([1, 2]).map(() => ({ label: word(), target: pick(others) ?? null, icon: pick(files) ?? null })),
      blocks: some([1, 2, 3]).map((n) =>
        n === 2
          ? { __component: 'block.quote', text: word(), speakers: some(people) }
          : {
              __component: 'block.hero',
              title: word(),
              image: pick(files) ?? null,
              cta: { label: word(), target: pick(others) ?? null },
            },
      ),
    };
    return Object.fromEntries(Object.entries(all).filter(([name]) => name === 'title' || chance(0.6)));
  }

  const status = () => (chance(0.5) ? { status: 'published' } : {});

  async function onDocument(documents: Documents, locales: readonly string[] | null, data: () => Promise<object>) {
    const documentId = pick(await idsOf(documents));
    if (documentId === undefined) return `nothing to edit`;
    const locale = locales ? { locale: pick(locales) } : {};
    const everywhere = locales && chance(0.3) ? { locale: '*' } : locale;
    const act = pick([
      'update',
      'update',
      'update',
      'publish',
      'publish',
      'unpublish',
      'discardDraft',
      'delete',
    ] as const)!;
    if (act === 'update') await documents.update({ documentId, data: await data(), ...locale, ...status() });
    else await documents[act]({ documentId, ...everywhere });
    return `${act} ${documentId} ${JSON.stringify(everywhere)}`;
  }

  const authorData = async () => ({
    name: word(),
    email: 'planted-mail@example.com',
    ...(chance(0.4) ? { avatar: pick(await fileIds()) ?? null } : {}),
    ...(chance(0.4) ? { articles: some(await idsOf(articles)) } : {}),
    ...(chance(0.3) ? { mentor: pick(await idsOf(authors)) ?? null } : {}),
  });
  const categoryData = async () => ({
    name: word(),
    ...(chance(0.5) ? { articles: some(await idsOf(articles)) } : {}),
  });

  const acts: Record<string, () => Promise<string>> = {
    async 'new article'() {
      if ((await idsOf(articles)).length >= MOST.articles) return 'enough';
      const { documentId } = await articles.create({ data: await articleData(), locale: pick(LOCALES), ...status() });
      return documentId;
    },
    article: () => onDocument(articles, LOCALES, articleData),
    'article again': () => onDocument(articles, LOCALES, articleData),
    async 'new author'() {
      if ((await idsOf(authors)).length >= MOST.authors) return 'enough';
      const { documentId } = await authors.create({ data: await authorData(), ...status() });
      return documentId;
    },
    author: () => onDocument(authors, null, authorData),
    async category() {
      const known = await idsOf(categories);
      const act = known.length === 0 ? 'create' : pick(['create', 'update', 'update', 'delete'] as const)!;
      if (act === 'create' && known.length >= MOST.categories) return 'enough';
      if (act === 'create') return (await categories.create({ data: await categoryData() })).documentId;
      const documentId = pick(known)!;
      if (act === 'update') await categories.update({ documentId, data: await categoryData() });
      else await categories.delete({ documentId });
      return `${act} ${documentId}`;
    },
    async homepage() {
      const [documentId] = await idsOf(homepage);
      const data = { headline: word(), featured: pick(await idsOf(articles)) ?? null };
      const locale = pick(LOCALES);
      if (documentId === undefined && beside) return 'nothing to edit';
      if (documentId === undefined) return (await homepage.create({ data, locale, ...status() })).documentId;
      const acts = ['update', 'update', 'publish', 'unpublish', 'delete'] as const;
      const act = pick(beside ? acts.slice(0, -1) : acts)!;
      if (act === 'update') await homepage.update({ documentId, locale, data, ...status() });
      else await homepage[act]({ documentId, locale });
      return `${act} ${locale}`;
    },
    async file() {
      const known = await fileIds();
      const act =
        known.length === 0 ? 'add' : pick(['add', 'text', 'text', 'replace', 'remove', 'remove by query'] as const)!;
      if (act === 'add') return known.length >= MOST.files ? 'enough' : String(await library.addFile(word()));
      const id = pick(known)!;
      const where = { where: { id } };
      if (act === 'text') await upload.updateFileInfo(id, { alternativeText: word() });
      else if (act === 'replace') await strapi.db.query(FILE).update({ ...where, data: { size: below(1_000) } });
      else if (act === 'remove') await upload.remove(await strapi.db.query(FILE).findOne(where));
      else await strapi.db.query(FILE).delete(where);
      return `${act} ${id}`;
    },
    async 'past the Document Service'() {
      const rows = (await strapi.db
        .query(ARTICLE)
        .findMany({ where: { publishedAt: { $notNull: true } } })) as Document[];
      const row = pick(rows) as { id: number } | undefined;
      if (!row) return 'nothing to edit';
      if (chance(0.7)) await strapi.db.query(ARTICLE).update({ where: { id: row.id }, data: { title: word() } });
      else await strapi.db.query(ARTICLE).deleteMany({ where: { id: row.id } });
      return String(row.id);
    },
  };

  return {
    /**
     * Does one act; returns what it was. Strapi refuses some, such as publishing a locale that is not there, and fails over
     * components that link to what was published meanwhile, with or without the plugin.
     */
    async edit(): Promise<string> {
      const [name, act] = pick(Object.entries(acts))!;
      try {
        return `${name}: ${await act()}`;
      } catch (error) {
        if (!isRefusal(error)) throw error;
        return `${name}: refused (${error.message})`;
      }
    },
  };
}

const CONSTRAINTS = new Set(['SQLITE_CONSTRAINT_FOREIGNKEY', '23503', 'ER_NO_REFERENCED_ROW_2']);

function isRefusal(error: unknown): error is Error {
  return error instanceof errors.ApplicationError || CONSTRAINTS.has(String((error as { code?: unknown }).code));
}
