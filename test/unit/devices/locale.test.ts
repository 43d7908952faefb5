import fc from 'fast-check';
import { MAX_LOCALE_LENGTH, normalizeLocale } from '../../../server/devices/locale';
import { findCaseTwins } from '../../../server/devices/tags';

describe('a locale', () => {
  it.each([
    ['en', 'en'],
    ['en_US', 'en-us'],
    [' pt-BR ', 'pt-br'],
    ['zh-Hans-CN', 'zh-hans-cn'],
    ['es-419', 'es-419'],
    ['x-private', 'x-private'],
  ])('%j is stored as %j', (text, stored) => {
    expect(normalizeLocale(text)).toBe(stored);
  });

  it.each([
    [''],
    ['-'],
    ['en-'],
    ['en--us'],
    ['419'],
    ['en US'],
    ['en_US@calendar=gregorian'],
    ['e'.repeat(9)],
    ['%'],
    ['en\n'],
    ['\u212a'],
  ])('%j is none', (text) => {
    expect(normalizeLocale(text)).toBeNull();
  });

  it('fits its column and stays as it is once stored', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z]{1,8}([-_][A-Za-z0-9]{1,8}){0,6}$/), (text) => {
        const locale = normalizeLocale(text);
        if (text.length > MAX_LOCALE_LENGTH) return expect(locale).toBeNull();
        expect(locale).toMatch(/^[a-z0-9-]+$/);
        expect(normalizeLocale(locale as string)).toBe(locale);
      }),
    );
  });
});

describe('tags', () => {
  it('that differ only in case are found, the same tag twice is not', () => {
    expect(findCaseTwins(['news', 'sport', 'News'])).toEqual(['news', 'News']);
    expect(findCaseTwins(['news', 'sport', 'news'])).toBeNull();
  });
});
