import { checkAudience, type Model, type Schemas } from '../../../server/triggers/tag-fields';

const ARTICLE = 'api::article.article';
const relation = (kind: string, target: string, more: object = {}) => ({
  type: 'relation',
  relation: kind,
  target,
  ...more,
});

const MODELS: Record<string, Model> = {
  [ARTICLE]: {
    uid: ARTICLE,
    attributes: {
      slug: { type: 'uid' },
      count: { type: 'integer' },
      body: { type: 'richtext' },
      mail: { type: 'email' },
      word: { type: 'password' },
      hidden: { type: 'string' },
      cover: { type: 'media' },
      seo: { type: 'component' },
      blocks: { type: 'dynamiczone' },
      category: relation('manyToOne', 'api::category.category'),
      categories: relation('manyToMany', 'api::category.category'),
      inverse: relation('oneToOne', 'api::category.category', { mappedBy: 'article' }),
      anything: { type: 'relation', relation: 'morphToOne' },
      writer: relation('oneToOne', 'plugin::users-permissions.user'),
      admin: relation('oneToOne', 'admin::user'),
      hiddenRelation: relation('oneToOne', 'api::category.category'),
    },
  },
  'api::category.category': {
    uid: 'api::category.category',
    attributes: { slug: { type: 'string' }, hidden: { type: 'string' }, parent: relation('manyToOne', 'x') },
  },
  'plugin::users-permissions.user': { uid: 'plugin::users-permissions.user', attributes: { slug: { type: 'string' } } },
  'admin::user': { uid: 'admin::user', attributes: { slug: { type: 'string' } } },
};
const SCHEMAS: Schemas = { model: (uid) => MODELS[uid], isPrivate: (_, name) => name.startsWith('hidden') };
const check = (text: string) => checkAudience(SCHEMAS, ARTICLE, { tags: ['fine', text] });

describe('what a template may name', () => {
  it.each(['news', 'c:{slug}', '{count}', '{documentId}', '{locale}', '{category.slug}', '{category.documentId}'])(
    'is in %s',
    (text) => expect(check(text)).toBeNull(),
  );

  it.each([
    ['{missing}', 'names missing, which api::article.article does not have'],
    ['{constructor}', 'does not have'],
    ['{__proto__}', 'does not have'],
    ['{body}', 'of type richtext'],
    ['{cover}', 'of type media'],
    ['{seo}', 'of type component'],
    ['{blocks}', 'of type dynamiczone'],
    ['{mail}', 'an e-mail address'],
    ['{word}', 'which is private'],
    ['{hidden}', 'which is private'],
    ['{category}', 'without one of its fields'],
    ['{slug.x}', 'which is no relation'],
    ['{seo.title}', 'which is no relation'],
    ['{nobody.slug}', 'does not have'],
    ['{categories.slug}', 'may lead to several entries'],
    ['{anything.slug}', 'may lead to several entries'],
    ['{inverse.slug}', 'is written at the other entry'],
    ['{writer.slug}', 'leads to no content'],
    ['{admin.slug}', 'leads to no content'],
    ['{hiddenRelation.slug}', 'which is private'],
    ['{category.missing}', 'names missing, which api::category.category does not have'],
    ['{category.hidden}', 'which is private'],
    ['{category.parent}', 'without one of its fields'],
    ['a b', 'has characters beside'],
  ])('is not in %s', (text, message) => {
    const problem = check(text);
    expect(problem).toMatchObject({ field: 'audience', code: 'audience-refused', subject: text });
    expect(problem?.message).toContain(message);
  });

  it('is nothing of a type that is gone', () => {
    expect(checkAudience(SCHEMAS, 'api::gone.gone', { tags: ['{slug}'] })?.message).toContain('no content type');
    expect(checkAudience(SCHEMAS, 'api::gone.gone', 'all')).toBeNull();
  });
});
