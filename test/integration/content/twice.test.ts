import { ARTICLE, AUTHOR, BUNDLE_ID, bootLibrary, triggerOf, type Library } from './library';
import { createPhone } from './phone';
import { readRest } from './rest';

/** Two who publish one entry at once leave two published rows of it, and whoever shows the entry shows it twice. */
describe('an entry that was published by two at once', () => {
  let library: Library;
  beforeAll(async () => {
    library = await bootLibrary({ triggers: [triggerOf(ARTICLE, { related: true })] });
  });
  afterAll(() => library.stop());

  test('is news of whoever shows it when its second row comes, and when it goes', async () => {
    const articles = library.documents(ARTICLE);
    const rows = library.strapi.db.query(ARTICLE);
    const written = { locale: 'en', status: 'published' };
    const { documentId } = await articles.create({ data: { title: 'twice' }, ...written });
    const owner = await articles.create({ data: { title: 'shows it', sequels: [documentId] }, ...written });
    const phone = createPhone({ library, app: BUNDLE_ID });

    /** How often it is shown; what the phone holds must be what the REST API answers. */
    async function shown(): Promise<number> {
      await library.number();
      await phone.sync();
      const held = async (id: string) => {
        const entry = { contentType: ARTICLE, documentId: id, locale: 'en' };
        const content = phone.held.get(JSON.stringify(Object.values(entry)))?.content ?? null;
        expect(content).toEqual(await readRest(library, entry));
        return content as { sequels: unknown[] } | null;
      };
      await held(documentId);
      return (await held(owner.documentId))!.sequels.length;
    }

    /** @returns the row of whoever came second */
    const publishAgain = () =>
      library.strapi.db.transaction(async ({ trx }) => {
        const data = { documentId, locale: 'en', title: 'twice, again', publishedAt: new Date() };
        const { id } = (await rows.create({ data })) as { id: number };
        // As Strapi restores what pointed at the row before: no hook hears of it.
        await trx('articles_sequels_lnk').insert({ article_id: Number(owner.id), inv_article_id: id, article_ord: 2 });
        return id;
      });

    expect(await shown()).toBe(1);
    const id = await publishAgain();
    expect(await shown()).toBe(2);
    await rows.delete({ where: { id } });
    expect(await shown()).toBe(1);
    await publishAgain();
    expect(await shown()).toBe(2);
    await articles.unpublish({ documentId, locale: 'en' });
    expect(await shown()).toBe(0);
  });
});

/** Two who link one entry at once leave it with two links where one may be; Strapi shows whichever the database gives first. */
describe('an entry with two links where one may be', () => {
  let library: Library;
  beforeAll(async () => {
    library = await bootLibrary({ triggers: [triggerOf(AUTHOR, { related: true })] });
  });
  afterAll(() => library.stop());

  test('is held as the REST API shows it, whichever of the two is published again', async () => {
    const authors = library.documents(AUTHOR);
    const publish = (data: object) => authors.create({ data, status: 'published' });
    const mentors = [await publish({ name: 'first' }), await publish({ name: 'second' })];
    const pupil = await publish({ name: 'pupil', mentor: mentors[0].documentId });
    const link = { author_id: Number(pupil.id), inv_author_id: Number(mentors[1].id) };
    await library.strapi.db.getConnection()('authors_mentor_lnk').insert(link);
    const phone = createPhone({ library, app: BUNDLE_ID });
    const entry = { contentType: AUTHOR, documentId: pupil.documentId, locale: null };
    const shown = new Set<string>();
    for (const { documentId } of [mentors[0], mentors[1], mentors[0], mentors[1]]) {
      await authors.publish({ documentId });
      await library.number();
      await phone.sync();
      const rest = (await readRest(library, entry)) as { mentor: { documentId: string } };
      expect(phone.held.get(JSON.stringify(Object.values(entry)))!.content).toEqual(rest);
      shown.add(rest.mentor.documentId);
    }
    expect(shown.size).toBe(2);
  });
});
