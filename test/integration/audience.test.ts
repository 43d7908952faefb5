import type { Knex } from 'knex';
import { whereAudience } from '../../server/devices/audience';
import { createDatabase, eachDatabase, type TestDatabase } from './databases';
import { openDatabase } from './open-database';

eachDatabase((client) => {
  describe('whereAudience', () => {
    let database: TestDatabase;
    let db: Knex;

    beforeAll(async () => {
      database = await createDatabase(client, { empty: true });
      db = openDatabase(database);
      await db.schema.createTable('devices', (t) => {
        t.integer('id');
        t.string('locale');
      });
      const locales = [null, 'en', 'en-gb', 'english', 'fr', 'e_-x', 'ex-x'];
      await db('devices').insert(locales.map((locale, id) => ({ id, locale })));
    });
    afterAll(async () => {
      await db.destroy();
      await database.drop();
    });

    const found = async (locales: string[]) =>
      (
        (await whereAudience(db('devices').orderBy('id').select('locale'), { locales })) as { locale: string | null }[]
      ).map(({ locale }) => locale);

    it('finds devices of the locale, of its regions, and those without one', async () => {
      expect(await found(['en'])).toEqual([null, 'en', 'en-gb']);
    });

    it('finds no broader locale than the change’s', async () => {
      expect(await found(['en-gb'])).toEqual([null, 'en-gb']);
    });

    it('takes wildcards for what they are', async () => {
      expect(await found(['e_'])).toEqual([null, 'e_-x']);
    });
  });
});
