import type { MayRead, Subject } from '../../../server/entries';
import type { Services } from '../../../server/services';
import { hireClerk, startAdminScene, type AdminScene, type Clerk } from '../admin-api/admin-scene';
import { eachDatabase } from '../databases';
import { servicesOf } from '../services-of';

const ARTICLE = 'api::article.article';
const PAGE = 'api::page.page';
const READ = 'plugin::content-manager.explorer.read';

interface Documents {
  create(params: object): Promise<{ documentId: string }>;
  update(params: object): Promise<unknown>;
  delete(params: object): Promise<unknown>;
}

eachDatabase((database) => {
  describe('titles of entries', () => {
    let scene: AdminScene;
    let services: Services;
    let clerk: Clerk;
    beforeAll(async () => {
      scene = await startAdminScene({ database });
      services = servicesOf(scene.booted.strapi);
      clerk = await hireClerk(scene);
    });
    afterAll(() => scene.stop());

    const documents = (uid: string) => scene.booted.strapi.documents(uid as never) as unknown as Documents;
    const article = (documentId: string, locale: string | null = 'en'): Subject => ({
      contentType: ARTICLE,
      documentId,
      locale,
    });

    /** What the Content Manager's own guard knows of an administrator. */
    async function readerOf(email: string): Promise<MayRead> {
      const { strapi } = scene.booted;
      const user: unknown = await strapi.db
        .query('admin::user')
        .findOne({ where: { email }, populate: ['roles', 'roles.permissions'] });
      const { engine } = strapi.service('admin::permission') as unknown as {
        engine: { generateUserAbility(user: unknown): Promise<unknown> };
      };
      return services.titles.readerOf(await engine.generateUserAbility(user));
    }

    async function superReader(): Promise<MayRead> {
      const { strapi } = scene.booted;
      const [user] = (await strapi.db.query('admin::user').findMany({
        where: { roles: { code: 'strapi-super-admin' } },
      })) as { email: string }[];
      return readerOf(user.email);
    }

    async function clerkWith(properties: object, conditions: string[] = []): Promise<MayRead> {
      await clerk.grant([{ action: READ, subject: ARTICLE, properties, conditions }]);
      return readerOf('clerk@example.com');
    }

    it('names what is published, else the draft, in the locale that is meant', async () => {
      const { documentId: id } = await documents(ARTICLE).create({ status: 'published', data: { title: 'Hello' } });
      await documents(ARTICLE).update({ documentId: id, data: { title: 'Not published yet' } });
      await documents(ARTICLE).update({ documentId: id, locale: 'fr', data: { title: 'Bonjour' } });
      const may = await superReader();
      expect(await services.titles.of([article(id), article(id, 'fr'), article(id, 'de')], may)).toEqual([
        { name: 'Article', title: 'Hello', gone: false },
        { name: 'Article', title: 'Bonjour', gone: false },
        { name: 'Article', title: null, gone: true },
      ]);
    });

    it('shows a long title of several lines as a short one of one line', async () => {
      const { documentId: id } = await documents(ARTICLE).create({
        status: 'published',
        data: { title: `Two\nlines, ${'𝒽'.repeat(120)}` },
      });
      const [{ title }] = await services.titles.of([article(id)], await superReader());
      expect(title).toMatch(/^Two lines, 𝒽+…$/u);
      expect([...(title ?? '')]).toHaveLength(120);
    });

    it('says that an entry is gone, and that a type is', async () => {
      const { documentId: id } = await documents(ARTICLE).create({ status: 'published', data: { title: 'Short' } });
      await documents(ARTICLE).delete({ documentId: id, locale: '*' });
      const gone: Subject = { contentType: 'api::gone.gone', documentId: id, locale: null };
      expect(await services.titles.of([gone, article(id)], await superReader())).toEqual([
        { name: 'api::gone.gone', title: null, gone: true },
        { name: 'Article', title: null, gone: true },
      ]);
    });

    it('asks once for each content type, however many entries there are', async () => {
      const { documentId: id } = await documents(ARTICLE).create({ status: 'published', data: { title: 'Once' } });
      const page: Subject = { contentType: PAGE, documentId: id, locale: null };
      const many = Array.from({ length: 30 }, (_, at) => article(at % 2 ? id : `${id}${at}`));
      const statements: string[] = [];
      const note = ({ sql }: { sql: string }) => void statements.push(sql);
      const may = await superReader();
      services.store.knex.on('query', note);
      await services.titles.of([...many, page, ...many], may);
      services.store.knex.off('query', note);
      expect(statements.filter((sql) => /\barticles\b/.test(sql))).toHaveLength(1);
      expect(statements.filter((sql) => /\bpages\b/.test(sql))).toHaveLength(1);
    });

    describe('are told as far as a role may read', () => {
      let id: string;
      const titles = async (may: MayRead) =>
        (await services.titles.of([article(id), article(id, 'fr')], may)).map(({ title }) => title);
      beforeAll(async () => {
        const data = { title: 'Secret' };
        ({ documentId: id } = await documents(ARTICLE).create({ status: 'published', data }));
        await documents(ARTICLE).update({ documentId: id, locale: 'fr', status: 'published', data });
      });

      it('the field in all its locales', async () => {
        expect(await titles(await clerkWith({ fields: ['title'], locales: ['en', 'fr'] }))).toEqual([
          'Secret',
          'Secret',
        ]);
      });

      it('one locale of two', async () => {
        expect(await titles(await clerkWith({ fields: ['title'], locales: ['fr'] }))).toEqual([null, 'Secret']);
      });

      it('not another field', async () => {
        expect(await titles(await clerkWith({ fields: ['body'], locales: ['en', 'fr'] }))).toEqual([null, null]);
      });

      it('not by a condition that only the whole entry answers', async () => {
        const may = await clerkWith({ fields: ['title'], locales: ['en', 'fr'] }, ['admin::is-creator']);
        expect(await titles(may)).toEqual([null, null]);
      });

      it('nor that an entry is gone', async () => {
        await clerk.allow(['plugin::background-push.pushes.read']);
        const may = await readerOf('clerk@example.com');
        expect(await services.titles.of([article('nobody')], may)).toEqual([
          { name: 'Article', title: null, gone: false },
        ]);
        expect(await titles(services.titles.readerOf(undefined))).toEqual([null, null]);
      });
    });

    it('shows no main field that is private, a password or a relation', async () => {
      const { documentId: id } = await documents(ARTICLE).create({ status: 'published', data: { title: 'Mine' } });
      const { attributes } = scene.booted.strapi.contentTypes[ARTICLE as never] as unknown as {
        attributes: { title: object };
      };
      const { title } = attributes;
      for (const other of [{ private: true }, { type: 'password' }, { type: 'relation' }]) {
        attributes.title = { ...title, ...other };
        expect(await services.titles.of([article(id)], await superReader())).toEqual([
          { name: 'Article', title: null, gone: false },
        ]);
      }
      attributes.title = title;
    });
  });
});
