import fc from 'fast-check';
import { MAX_TAG_LENGTH, TAG_PATTERN } from '../../../server/admin-api/contract';
import { makeTags } from '../../../server/triggers/make-tags';
import { isAudience, makeTag, parseTemplate, pathsOfTemplate } from '../../../server/triggers/tag-template';

function read(text: string) {
  const template = parseTemplate(text);
  if ('problem' in template) throw new Error(template.problem);
  return template;
}
const made = (text: string, values: Record<string, string | null>) =>
  makeTag(read(text), new Map(Object.entries(values)));

describe('a template of tags', () => {
  it('is text and paths', () => {
    const template = read('category:{category.slug}-{locale}');
    expect(template).toEqual(['category:', { path: 'category.slug' }, '-', { path: 'locale' }]);
    expect(pathsOfTemplate(template)).toEqual(['category.slug', 'locale']);
    expect(pathsOfTemplate(read('news'))).toEqual([]);
  });

  it.each([
    ['', 'is empty'],
    ['a{b', 'has a { without a }'],
    ['a}b', 'has a } without a {'],
    ['{a}}', 'has a } without a {'],
    ['{}', 'has {}'],
    ['{a.b.c}', 'has {a.b.c}'],
    ['{a b}', 'has {a b}'],
    ['{{a}}', 'has {{a}'],
    ['{a.}', 'has {a.}'],
    ['category {slug}', 'has characters beside'],
    ['käse:{slug}', 'has characters beside'],
    ['a\u0000b', 'has characters beside'],
    ['a\nb', 'has characters beside'],
    ['x'.repeat(MAX_TAG_LENGTH + 1), 'makes tags of more than 64 characters'],
    [`${'x'.repeat(MAX_TAG_LENGTH)}{slug}`, 'makes tags of more than 64 characters'],
  ])('is refused: %j', (text, problem) => {
    expect(parseTemplate(text)).toEqual({ problem: expect.stringContaining(problem) as string });
  });

  it('makes a tag of what an entry holds', () => {
    expect(made('c:{category.slug}-{n}', { 'category.slug': 'News', n: '7' })).toEqual({ tag: 'c:News-7' });
    expect(made('{slug}', { slug: 'x'.repeat(MAX_TAG_LENGTH) })).toEqual({ tag: 'x'.repeat(MAX_TAG_LENGTH) });
  });

  it('makes none of what is not there, and of what no tag may hold', () => {
    expect(made('c:{slug}', { slug: null })).toEqual({ tag: null, reason: 'empty', field: 'slug' });
    expect(made('c:{slug}', {})).toEqual({ tag: null, reason: 'empty', field: 'slug' });
    expect(made('c:{slug}', { slug: 'a b' })).toEqual({ tag: null, reason: 'characters', field: 'slug' });
    expect(made('c:{slug}', { slug: '{slug}' })).toEqual({ tag: null, reason: 'characters', field: 'slug' });
    const long = 'x'.repeat(MAX_TAG_LENGTH);
    expect(made('{slug}', { slug: `${long}x` })).toEqual({ tag: null, reason: 'too-long', field: 'slug' });
    expect(made('c:{slug}', { slug: long })).toEqual({ tag: null, reason: 'too-long', field: null });
  });

  it('is read or refused, and makes nothing but tags, whatever it and the entry hold', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.array(fc.constantFrom('a', ':', '{', '}', '.', '{a}', '{b.c}', ' '), { maxLength: 12 }).map((x) => x.join('')),
    );
    const values = fc.dictionary(
      fc.constantFrom('a', 'b.c', 'toString', '__proto__'),
      fc.oneof(fc.constant(null), fc.string({ unit: 'binary', maxLength: 70 }), fc.constantFrom('ok', 'x'.repeat(64))),
    );
    fc.assert(
      fc.property(texts, values, (text, held) => {
        const template = parseTemplate(text);
        if ('problem' in template) {
          expect(template.problem).not.toBe('');
          return;
        }
        const { tag } = makeTag(template, new Map(Object.entries(held)));
        if (tag === null) return;
        expect(tag).toMatch(TAG_PATTERN);
        expect(tag.length).toBeLessThanOrEqual(MAX_TAG_LENGTH);
      }),
      { numRuns: 2_000 },
    );
  });

  it('makes each tag once, of all that an entry held', () => {
    const values = ['a', 'b', 'a', 'no tag'].map((slug) => new Map([['slug', slug]]));
    expect([...makeTags(['{slug}', 'fixed', '{broken'], values)].sort()).toEqual(['a', 'b', 'fixed']);
  });
});

describe('an audience', () => {
  it.each(['all', 'locale', { tags: ['a'] }, { tags: Array.from({ length: 8 }, (_, n) => `t${n}`) }])(
    'may be %j',
    (one) => expect(isAudience(one)).toBe(true),
  );
  it.each([
    'tags',
    'some',
    null,
    [],
    ['a'],
    {},
    { tags: [] },
    { tags: 'a' },
    { tags: [1] },
    { tags: ['a'], more: true },
    { tags: ['x'.repeat(256)] },
    { tags: Array.from({ length: 9 }, () => 'a') },
  ])('may not be %j', (one) => expect(isAudience(one)).toBe(false));
});
