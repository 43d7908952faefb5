import { TABLES, type ChangeRow } from '../../../server/store/tables';
import { eachDatabase } from '../databases';
import { bootStrapi, type BootedStrapi } from '../strapi';

const ARTICLE = 'api::article.article';
const PAGE = 'api::page.page';
const NOTE = 'api::note.note';
const APP = 'com.example.news';

/** Five triggers, as an organisation with several apps and wishes has them; two of them overlap. */
const config = {
  apps: [{ bundleId: APP, name: 'News' }],
  triggers: [
    { name: 'articles', contentType: ARTICLE, wakeOn: ['publish'], apps: [APP], audience: 'locale' },
    { name: 'withdrawn articles', contentType: ARTICLE, wakeOn: ['unpublish', 'delete'], apps: [APP] },
    { name: 'page', contentType: PAGE, apps: [APP] },
    { name: 'notes', contentType: NOTE, wakeOn: ['publish', 'delete'], apps: [APP] },
  ],
};

eachDatabase((database) => {
  let booted: BootedStrapi;
  let adminToken: string;
  beforeAll(async () => {
    booted = await bootStrapi({ database, config, listen: false });
    adminToken = await booted.adminToken();
  });
  afterAll(() => booted.stop());
  beforeEach(() => booted.strapi.db.connection(TABLES.changes).delete());

  const documents = (uid: string) => booted.strapi.documents(uid as never) as unknown as Documents;
  const articles = () => documents(ARTICLE);

  async function log(): Promise<string[]> {
    const rows = (await booted.strapi.db.connection(TABLES.changes).orderBy('id')) as ChangeRow[];
    return rows
      .map((row) => `${row.action} ${row.content_type?.split('.')[1]} ${row.locale ?? '-'}${row.wakes ? ' wakes' : ''}`)
      .sort();
  }
  const clear = () => booted.strapi.db.connection(TABLES.changes).delete();

  async function draft(locale = 'en'): Promise<string> {
    const { documentId } = await articles().create({ locale, data: { title: 'Draft' } });
    return documentId;
  }

  describe('what the Document Service publishes', () => {
    it('is nothing for a draft', async () => {
      const documentId = await draft();
      await articles().update({ documentId, data: { title: 'Still a draft' } });
      expect(await log()).toEqual([]);
    });

    it('is the default locale when none is named', async () => {
      await articles().publish({ documentId: await draft() });
      expect(await log()).toEqual(['publish article en wakes']);
    });

    it('is one change per locale, for a list and for all', async () => {
      const documentId = await draft();
      await articles().update({ documentId, locale: 'fr', data: { title: 'Brouillon' } });
      await articles().publish({ documentId, locale: ['en', 'fr'] });
      expect(await log()).toEqual(['publish article en wakes', 'publish article fr wakes']);
      await clear();
      await articles().publish({ documentId, locale: '*' });
      expect(await log()).toEqual(['publish article en wakes', 'publish article fr wakes']);
    });

    it('knows document and locale when fields cut them off', async () => {
      const documentId = await draft('fr');
      await articles().publish({ documentId, locale: 'fr', fields: ['title'] });
      const [row] = (await booted.strapi.db.connection(TABLES.changes)) as ChangeRow[];
      expect(row).toMatchObject({ document_id: documentId, locale: 'fr', rev: null, audience: 'locale' });
    });

    it('is what create and update with status published make public', async () => {
      const { documentId } = await articles().create({ status: 'published', data: { title: 'One' } });
      expect(await log()).toEqual(['publish article en wakes']);
      await articles().update({ documentId, status: 'published', data: { title: 'Two' } });
      expect(await log()).toEqual(['publish article en wakes', 'publish article en wakes']);
    });

    it('is nothing for a document that is not there', async () => {
      await articles().publish({ documentId: 'doesnotexist' });
      await articles().unpublish({ documentId: 'doesnotexist' });
      await articles().delete({ documentId: 'doesnotexist' });
      expect(await log()).toEqual([]);
    });

    it('is nothing for a clone of a document with drafts, and a publish for one without', async () => {
      const { documentId } = await articles().create({ status: 'published', data: { title: 'One' } });
      const note = await documents(NOTE).create({ data: { text: 'One' } });
      await clear();
      await articles().clone({ documentId });
      expect(await log()).toEqual([]);
      await documents(NOTE).clone({ documentId: note.documentId });
      expect(await log()).toEqual(['publish note - wakes']);
    });

    it('is every write to a type without drafts', async () => {
      const { documentId } = await documents(NOTE).create({ data: { text: 'One' } });
      await documents(NOTE).update({ documentId, data: { text: 'Two' } });
      await documents(NOTE).delete({ documentId });
      expect(await log()).toEqual(['delete note - wakes', 'publish note - wakes', 'publish note - wakes']);
    });

    it('is the single type', async () => {
      const { documentId } = await documents(PAGE).create({ data: { title: 'Home' } });
      await documents(PAGE).publish({ documentId });
      expect(await log()).toEqual(['publish page - wakes']);
      await documents(PAGE).delete({ documentId });
    });
  });

  describe('what is withdrawn', () => {
    it('is logged for the locale that is public no more', async () => {
      const documentId = await draft();
      await articles().update({ documentId, locale: 'fr', data: { title: 'Brouillon' } });
      await articles().publish({ documentId, locale: '*' });
      await clear();
      await articles().unpublish({ documentId, locale: 'fr' });
      expect(await log()).toEqual(['unpublish article fr wakes']);
    });

    it('is every public locale of a deleted document, and no draft', async () => {
      const documentId = await draft();
      await articles().update({ documentId, locale: 'fr', data: { title: 'Brouillon' } });
      await articles().publish({ documentId, locale: 'en' });
      await clear();
      await articles().delete({ documentId, locale: '*' });
      expect(await log()).toEqual(['delete article en wakes']);
    });

    it('is nothing when a draft is deleted that was never published', async () => {
      await articles().delete({ documentId: await draft() });
      expect(await log()).toEqual([]);
    });

    it('is nothing when a draft is discarded', async () => {
      const { documentId } = await articles().create({ status: 'published', data: { title: 'One' } });
      await clear();
      await articles().discardDraft({ documentId });
      expect(await log()).toEqual([]);
    });
  });

  describe('over HTTP', () => {
    it('logs what the content API writes, which publishes by default', async () => {
      await booted.grantPublic([
        'api::article.article.create',
        'api::article.article.update',
        'api::article.article.delete',
      ]);
      const created = await booted.request
        .post('/api/articles')
        .send({ data: { title: 'One' } })
        .expect(201);
      const { documentId } = (created.body as { data: { documentId: string } }).data;
      await booted.request
        .put(`/api/articles/${documentId}`)
        .send({ data: { title: 'Two' } })
        .expect(200);
      await booted.request
        .put(`/api/articles/${documentId}?status=draft`)
        .send({ data: { title: 'Three' } })
        .expect(200);
      await booted.request.delete(`/api/articles/${documentId}`).expect(204);
      expect(await log()).toEqual(['delete article en wakes', 'publish article en wakes', 'publish article en wakes']);
    });

    it('logs what the Content Manager publishes and unpublishes', async () => {
      const documentId = await draft();
      await manager('post', `${ARTICLE}/${documentId}/actions/publish`, { title: 'Published' }).expect(200);
      expect(await log()).toEqual(['publish article en wakes']);
      await clear();
      await manager('post', `${ARTICLE}/${documentId}/actions/unpublish`, {}).expect(200);
      expect(await log()).toEqual(['unpublish article en wakes']);
    });

    it('logs a bulk publish of the Content Manager whole', async () => {
      const documentIds = await drafts(8);
      await manager('post', `${ARTICLE}/actions/bulkPublish`, { documentIds }).expect(200);
      expect(await log()).toEqual(Array.from({ length: 8 }, () => 'publish article en wakes'));
    });
  });

  describe('one transaction', () => {
    it('logs nothing when a publish is rolled back', async () => {
      const documentId = await draft();
      const publish = booted.strapi.db.transaction(async () => {
        await articles().publish({ documentId });
        throw new Error('the editor’s transaction fails');
      });
      await expect(publish).rejects.toThrow('the editor’s transaction fails');
      expect(await log()).toEqual([]);
      expect(await publicCount([documentId])).toBe(0);
    });

    it('fails a publish whole when its change cannot be logged, with an error the editor sees', async () => {
      const documentId = await draft();
      await refuseChangesOf(documentId);
      await manager('post', `${ARTICLE}/${documentId}/actions/publish`, { title: 'Published' }).expect(500);
      expect(await publicCount([documentId])).toBe(0);
      expect(await log()).toEqual([]);
      await acceptChanges();
      await manager('post', `${ARTICLE}/${documentId}/actions/publish`, { title: 'Published' }).expect(200);
      expect(await log()).toEqual(['publish article en wakes']);
    });

    it('fails a bulk publish of 8 whole when one change cannot be logged', async () => {
      const documentIds = await drafts(8);
      await refuseChangesOf(documentIds[3]);
      await manager('post', `${ARTICLE}/actions/bulkPublish`, { documentIds }).expect(500);
      expect(await publicCount(documentIds)).toBe(0);
      expect(await log()).toEqual([]);
      await acceptChanges();
    });
  });

  function manager(method: 'post', path: string, body: object) {
    return booted.request[method](`/content-manager/collection-types/${path}`)
      .set('Authorization', `Bearer ${adminToken}`)
      .send(body);
  }

  async function drafts(count: number): Promise<string[]> {
    const documentIds: string[] = [];
    for (let i = 0; i < count; i++) documentIds.push(await draft());
    return documentIds;
  }

  async function publicCount(documentIds: string[]): Promise<number> {
    return booted.strapi.db
      .query(ARTICLE)
      .count({ where: { documentId: { $in: documentIds }, publishedAt: { $notNull: true } } });
  }

  /** A trigger of the database itself, so that the INSERT fails as it would on a broken table. */
  async function refuseChangesOf(documentId: string): Promise<void> {
    const { connection } = booted.strapi.db;
    const table = TABLES.changes;
    if (database === 'sqlite') {
      await connection.raw(`create trigger refuse_change before insert on ${table} when new.document_id = '${documentId}'
        begin select raise(abort, 'refused by the test'); end`);
    } else if (database === 'postgres') {
      await connection.raw(`create or replace function refuse_change() returns trigger language plpgsql as
        $$ begin if new.document_id = '${documentId}' then raise exception 'refused by the test'; end if; return new; end $$`);
      await connection.raw(
        `create trigger refuse_change before insert on ${table} for each row execute function refuse_change()`,
      );
    } else {
      await connection.raw(`create trigger refuse_change before insert on ${table} for each row
        if new.document_id = '${documentId}' then signal sqlstate '45000' set message_text = 'refused by the test'; end if`);
    }
  }

  async function acceptChanges(): Promise<void> {
    await booted.strapi.db.connection.raw(
      `drop trigger refuse_change${database === 'postgres' ? ` on ${TABLES.changes}` : ''}`,
    );
  }
});

interface Documents {
  create(params: object): Promise<{ documentId: string }>;
  update(params: object): Promise<unknown>;
  publish(params: object): Promise<unknown>;
  unpublish(params: object): Promise<unknown>;
  delete(params: object): Promise<unknown>;
  clone(params: object): Promise<unknown>;
  discardDraft(params: object): Promise<unknown>;
}
