import { eachDatabase } from '../databases';
import { ARTICLE, createEditorScene, NOTE, type EditorScene } from './editor-scene';

/** What changes public content past the acts of editors: i18n, other plugins, scripts. */
eachDatabase((database) => {
  let scene: EditorScene;
  beforeAll(async () => {
    scene = await createEditorScene({ database });
  });
  afterAll(() => scene.booted.stop());

  const actions = async (since: number) =>
    (await scene.log())
      .slice(since)
      .map(({ key, action }) => `${action} ${key.split(' ')[2]}`)
      .sort();

  /** Runs `act` and returns what was logged, once it is known to be what changed. */
  async function logged(act: () => Promise<unknown>): Promise<string[]> {
    const since = (await scene.log()).length;
    await scene.checked(act);
    return actions(since);
  }

  async function article({ fr = false } = {}): Promise<string> {
    const articles = scene.documents(ARTICLE);
    const { documentId } = await articles.create({ status: 'published', data: { title: 'One', rating: 1 } });
    if (fr) await articles.update({ documentId, locale: 'fr', status: 'published', data: { title: 'Un' } });
    return documentId;
  }

  const published = (documentId: string, locale = 'en') => ({ documentId, locale, publishedAt: { $notNull: true } });

  it('logs the other locales into which i18n writes a field that is not localised', async () => {
    const documentId = await article({ fr: true });
    const put = () =>
      scene.booted.request
        .put(`/api/articles/${documentId}`)
        .send({ data: { rating: 2 } })
        .expect(200);
    expect(await logged(put)).toEqual(['publish en', 'publish fr']);
  });

  it('logs the one row that is written where several match', async () => {
    const rows = scene.query(ARTICLE);
    for (const publishAgain of [false, true]) {
      const documentId = await article({ fr: true });
      // Then the first row that Strapi finds, in the order of its index, is not the oldest.
      if (publishAgain) await scene.documents(ARTICLE).publish({ documentId, locale: 'en' });
      const where = { documentId, publishedAt: { $notNull: true } };
      expect(await logged(() => rows.update({ where, data: { title: 'Two' } }))).toHaveLength(1);
      expect(await logged(() => rows.delete({ where }))).toHaveLength(1);
    }
  });

  it('logs a row of which only some columns are asked for', async () => {
    const documentId = await article();
    const write = { where: published(documentId), select: ['title'] };
    expect(await logged(() => scene.query(ARTICLE).update({ ...write, data: { title: 'Two' } }))).toEqual([
      'publish en',
    ]);
    expect(await logged(() => scene.query(ARTICLE).delete(write))).toEqual(['unpublish en']);
  });

  it('logs what the Content Manager publishes, and what i18n makes of it', async () => {
    const documentId = await article({ fr: true });
    const token = await scene.booted.adminToken();
    await scene.checked(() =>
      scene.booted.request
        .post(`/content-manager/collection-types/${ARTICLE}/${documentId}/actions/publish`)
        .set('Authorization', `Bearer ${token}`)
        .send({ title: 'Two', rating: 3 })
        .expect(200),
    );
  });

  it('logs every entry of a locale that is deleted in the settings', async () => {
    const locales = scene.strapi.plugin('i18n').service('locales') as {
      findByCode(code: string): Promise<{ id: number }>;
      create(locale: object): Promise<unknown>;
      delete(locale: { id: number }): Promise<unknown>;
    };
    await article({ fr: true });
    const draftOnly = await article();
    await scene.documents(ARTICLE).update({ documentId: draftOnly, locale: 'fr', data: { title: 'Brouillon' } });
    const { id } = await locales.findByCode('fr');
    const log = await logged(() => locales.delete({ id }));
    expect(log.length).toBeGreaterThan(0);
    expect(new Set(log)).toEqual(new Set(['delete fr']));
    await locales.create({ code: 'fr', name: 'French (fr)' });
  });

  describe('by strapi.db.query', () => {
    it('logs an update of a published row, and none of a draft', async () => {
      const documentId = await article();
      const rows = scene.query(ARTICLE);
      expect(await logged(() => rows.update({ where: published(documentId), data: { title: 'Raw' } }))).toEqual([
        'publish en',
      ]);
      const draft = { documentId, publishedAt: { $null: true } };
      expect(await logged(() => rows.update({ where: draft, data: { title: 'Raw draft' } }))).toEqual([]);
      expect(await logged(() => rows.update({ where: { id: -1 }, data: { title: 'Nobody' } }))).toEqual([]);
    });

    it('logs a row that is taken back to a draft as unpublished', async () => {
      const documentId = await article();
      const take = () => scene.query(ARTICLE).update({ where: published(documentId), data: { publishedAt: null } });
      expect(await logged(take)).toEqual(['unpublish en']);
    });

    it('logs a row that is created published, and one that is created as a draft not', async () => {
      const rows = scene.query(ARTICLE);
      const create = (publishedAt: Date | null) => () =>
        rows.create({ data: { title: 'Raw', locale: 'en', publishedAt }, select: ['id'] });
      expect(await logged(create(new Date()))).toEqual(['publish en']);
      expect(await logged(create(null))).toEqual([]);
    });

    it('logs a published row that is deleted: as unpublished while its draft stands, as deleted without', async () => {
      const documentId = await article();
      const rows = scene.query(ARTICLE);
      expect(await logged(() => rows.delete({ where: published(documentId) }))).toEqual(['unpublish en']);
      const note = await scene.documents(NOTE).create({ data: { title: 'One' } });
      expect(await logged(() => scene.query(NOTE).delete({ where: { id: note.id } }))).toEqual(['delete -']);
    });

    it('logs each published row of the writes to many', async () => {
      const ids = [await article(), await article(), await article()];
      const many = { documentId: { $in: ids } };
      const rows = scene.query(ARTICLE);
      expect(await logged(() => rows.updateMany({ where: many, data: { title: 'Many' } }))).toEqual(
        ids.map(() => 'publish en'),
      );
      const drafts = { ...many, publishedAt: { $null: true } };
      expect(await logged(() => rows.updateMany({ where: drafts, data: { title: 'Many' } }))).toEqual([]);
      expect(await logged(() => rows.deleteMany({ where: many }))).toEqual(ids.map(() => 'delete en'));
      const data = [1, 2, 3].map((n) => ({ title: `Made ${n}`, locale: 'en', publishedAt: n < 3 ? new Date() : null }));
      expect(await logged(() => rows.createMany({ data }))).toEqual(['publish en', 'publish en']);
    });

    it('counts a row of a type without drafts as public that has no publication date', async () => {
      const { id } = await scene.documents(NOTE).create({ data: { title: 'One' } });
      await scene.strapi.db.connection('notes').where({ id }).update({ published_at: null });
      const rows = scene.query(NOTE);
      expect(await logged(() => rows.update({ where: { id }, data: { title: 'Two' } }))).toEqual(['publish -']);
      expect(await logged(() => rows.delete({ where: { id } }))).toEqual(['delete -']);
    });
  });

  it('logs what is committed of an act that failed half-way, and nothing of what was rolled back', async () => {
    const [first, second] = [await article(), await article()];
    const articles = scene.documents(ARTICLE);
    // As content-releases runs a release: the error is caught inside the outer transaction, which commits.
    const release = () =>
      scene.strapi.db.transaction(async () => {
        try {
          await scene.strapi.db.transaction(async () => {
            await articles.unpublish({ documentId: first });
            throw new Error('the second entry does not validate');
          });
        } catch {
          // The release is marked as failed.
        }
      });
    expect(await logged(release)).toEqual(['unpublish en']);
    const rolledBack = async () => {
      const work = scene.strapi.db.transaction(async () => {
        await articles.unpublish({ documentId: second });
        throw new Error('all of it');
      });
      await expect(work).rejects.toThrow('all of it');
    };
    expect(await logged(rolledBack)).toEqual([]);
  });

  it('keeps one change of an entry that a transaction writes several times', async () => {
    const documentId = await article();
    const articles = scene.documents(ARTICLE);
    const work = () =>
      scene.strapi.db.transaction(async () => {
        await articles.unpublish({ documentId });
        await articles.update({ documentId, status: 'published', data: { title: 'Again' } });
      });
    expect(await logged(work)).toEqual(['publish en']);
  });

  it('leaves no note behind', async () => {
    expect(await scene.strapi.db.connection('background_push_intents')).toEqual([]);
  });
});
