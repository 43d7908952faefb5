import fc from 'fast-check';
import {
  covers,
  hears,
  MAX_AUDIENCE_TAGS,
  parseAudience,
  storeAudience,
  unionAudience,
  type AudienceFilter,
} from '../../../server/devices/audience';

const byLocale = (locale: string | null) => ({ audience: 'locale' as const, locale, tags: null });
const byTags = (...tags: string[]) => ({ audience: 'tags' as const, locale: 'en', tags: JSON.stringify(tags) });

describe('unionAudience', () => {
  it('is everybody as soon as one change concerns all', () => {
    const all = { audience: 'all' as const, locale: 'fr', tags: null };
    expect(unionAudience([byLocale('en'), byTags('a'), all])).toBe('all');
  });

  it('is everybody when a change by locale has none', () => {
    expect(unionAudience([byLocale(null)])).toBe('all');
  });

  it('joins locales, in lower case', () => {
    const union = unionAudience([byLocale('pt-BR'), byLocale('en'), byLocale('en')]);
    expect(union).toEqual({ locales: ['en', 'pt-br'], tags: [] });
  });

  it('joins tags, and takes no locale from a change by tags', () => {
    expect(unionAudience([byTags('b', 'a'), byTags('a')])).toEqual({ locales: [], tags: ['a', 'b'] });
  });

  it('takes locale and tags from one change of which both are wanted', () => {
    const both = { audience: 'locale' as const, locale: 'de', tags: '["a"]' };
    expect(unionAudience([both])).toEqual({ locales: ['de'], tags: ['a'] });
  });

  it('is nobody where no change made a tag', () => {
    const nobody = unionAudience([byTags()]);
    expect(nobody).toEqual({ locales: [], tags: [] });
    expect(hears(nobody, { locale: null, tags: ['a'] })).toBe(false);
  });

  it('is everybody for a change by tags that an older process wrote without them', () => {
    expect(unionAudience([{ audience: 'tags', locale: 'en', tags: null }])).toBe('all');
  });

  it('is everybody above so many tags', () => {
    const many = Array.from({ length: MAX_AUDIENCE_TAGS + 1 }, (_, n) => `t${n}`);
    expect(unionAudience([byTags(...many)])).toBe('all');
    expect(unionAudience([byTags(...many.slice(1))])).not.toBe('all');
  });
});

describe('a stored audience', () => {
  it('is what it was, and without tags what older processes read', () => {
    fc.assert(fc.property(audiences, (audience) => expect(parseAudience(storeAudience(audience))).toEqual(audience)));
    expect(storeAudience({ locales: ['en'], tags: [] })).toBe('{"locales":["en"]}');
    expect(parseAudience('{"locales":["en"]}')).toEqual({ locales: ['en'], tags: [] });
  });
});

const locales = fc.constantFrom('en', 'en-gb', 'fr', 'english', 'de');
const tags = fc.constantFrom('a', 'A', 'b', 'c:d');
const audiences: fc.Arbitrary<AudienceFilter> = fc.oneof(
  { weight: 1, arbitrary: fc.constant('all' as const) },
  {
    weight: 9,
    arbitrary: fc.record({ locales: fc.uniqueArray(locales), tags: fc.uniqueArray(tags) }),
  },
);

describe('covers', () => {
  /** Every device that may tell two of these audiences apart. */
  const devices = [null, 'en', 'en-gb', 'en-gb-oed', 'fr', 'english', 'de', 'xx'].flatMap((locale) =>
    [[], ['a'], ['A'], ['b'], ['c:d'], ['x']].map((some) => ({ locale, tags: some })),
  );

  it('says of two audiences whether every device of one is of the other', () => {
    fc.assert(
      fc.property(audiences, audiences, (outer, inner) => {
        const isCovered = devices.every((device) => !hears(inner, device) || hears(outer, device));
        expect(covers(outer, inner)).toBe(isCovered);
      }),
      { numRuns: 2_000 },
    );
  });
});
