import { unionAudience } from '../../../server/devices/audience';

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
