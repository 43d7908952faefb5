import knex from 'knex';
import { unionAudience, whereAudience } from '../../../server/pipeline/audience';

describe('unionAudience', () => {
  it('is everybody as soon as one change concerns all', () => {
    expect(
      unionAudience([
        { audience: 'locale', locale: 'en' },
        { audience: 'all', locale: 'fr' },
      ]),
    ).toBe('all');
  });

  it('is everybody when a change has no locale', () => {
    expect(unionAudience([{ audience: 'locale', locale: null }])).toBe('all');
  });

  it('joins locales, in lower case', () => {
    expect(
      unionAudience([
        { audience: 'locale', locale: 'pt-BR' },
        { audience: 'locale', locale: 'en' },
        { audience: 'locale', locale: 'en' },
      ]),
    ).toEqual({ locales: ['en', 'pt-br'] });
  });
});

describe('whereAudience', () => {
  const db = knex({ client: 'better-sqlite3', connection: { filename: ':memory:' }, useNullAsDefault: true });

  beforeAll(async () => {
    await db.schema.createTable('devices', (t) => {
      t.integer('id');
      t.string('locale');
    });
    const locales = [null, 'en', 'en-gb', 'english', 'fr', 'e_-x', 'ex-x'];
    await db('devices').insert(locales.map((locale, id) => ({ id, locale })));
  });
  afterAll(() => db.destroy());

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
