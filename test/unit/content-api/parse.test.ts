import fc from 'fast-check';
import { parseDevice, parseFeedQuery, parseRegistration } from '../../../server/content-api/parse';
import { isDeviceToken } from '../../../server/devices/token';

const VALID = { app: 'com.example.news', environment: 'production', token: 'AB'.repeat(32) };

/** The paths that a body is refused for. */
function wrongFields(parsed: ReturnType<typeof parseRegistration | typeof parseDevice | typeof parseFeedQuery>) {
  return parsed.ok ? [] : parsed.errors.map(({ path }) => path.join('.'));
}

describe('the body of a registration', () => {
  it('is stored in one form', () => {
    expect(
      parseRegistration({ ...VALID, token: '<ABCD 0123 4567 89ab>', locale: 'pt_BR', tags: ['b', 'a', 'b'] }),
    ).toEqual({
      ok: true,
      value: {
        registration: {
          app: VALID.app,
          environment: 'production',
          token: 'abcd0123456789ab',
          locale: 'pt-br',
          tags: ['b', 'a'],
        },
        report: {},
        replaces: null,
      },
    });
  });

  it('may leave out locale and tags, and may forget the locale', () => {
    expect(parseRegistration(VALID)).toMatchObject({ ok: true, value: { registration: { token: 'ab'.repeat(32) } } });
    expect(parseRegistration({ ...VALID, locale: null })).toMatchObject({
      ok: true,
      value: { registration: { locale: null } },
    });
    const bare = parseRegistration(VALID);
    expect(bare.ok && Object.keys(bare.value.registration)).toEqual(['app', 'environment', 'token']);
  });

  it.each([
    ['app', { app: '' }],
    ['app', { app: 5 }],
    ['app', { app: 'a'.repeat(156) }],
    ['environment', { environment: 'staging' }],
    ['environment', { environment: undefined }],
    ['token', { token: 'abc' }],
    ['token', { token: ['ab'.repeat(32)] }],
    ['token', { token: null }],
    ['locale', { locale: 'not a locale' }],
    ['locale', { locale: 7 }],
    ['tags', { tags: 'news' }],
    ['tags', { tags: Array.from({ length: 33 }, (_, n) => `tag${n}`) }],
    ['tags', { tags: ['News', 'news'] }],
    ['tags.1', { tags: ['news', ''] }],
    ['tags.0', { tags: ['a'.repeat(65)] }],
    ['tags.0', { tags: ['with space'] }],
    ['tags.0', { tags: [1] }],
    ['id', { id: 'not an id' }],
    ['id', { id: null }],
    ['Token', { Token: 'x' }],
    ['platform', { platform: 'ios' }],
  ])('is refused for its field %s', (field, change) => {
    const parsed = parseRegistration({ ...VALID, ...change });
    expect(wrongFields(parsed)).toContain(field);
    for (const { message } of parsed.ok ? [] : parsed.errors) expect(message.startsWith(field)).toBe(true);
  });

  it('is refused for every wrong field at once', () => {
    expect(wrongFields(parseRegistration({})).sort()).toEqual(['app', 'environment', 'token']);
    expect(wrongFields(parseRegistration({ ...VALID, a: 1, b: 2 }))).toEqual(['a', 'b']);
  });

  it.each([[[]], ['text'], [null], [undefined], [5]])('must be an object, not %j', (body) => {
    expect(parseRegistration(body)).toEqual({
      ok: false,
      errors: [{ path: [], code: 'invalid', message: 'The body must be a JSON object.', name: 'ValidationError' }],
    });
  });

  it.each(['app', 'environment', 'token', 'locale', 'tags', 'id'])(
    'is refused by the field’s name where %s has a length that is no number',
    (field) => {
      const body = { app: 'a.b', environment: 'production', token: '00'.repeat(32) };
      const parsed = parseRegistration({ ...body, [field]: JSON.parse('{"length":{"valueOf":1,"toString":1}}') });
      expect(parsed).toMatchObject({ ok: false, errors: [{ path: [field] }] });
    },
  );

  it('is judged, whatever it holds, and never throws', () => {
    const anyField = fc.anything({ withNullPrototype: true });
    const body = fc.oneof(
      fc.anything(),
      fc.record({ app: anyField, environment: anyField, token: anyField, locale: anyField, tags: anyField }),
      fc.record({
        app: fc.string(),
        environment: fc.constantFrom('production', 'sandbox'),
        token: fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF <>') }),
        locale: fc.option(fc.string({ unit: fc.constantFrom(...'enUS-_4') })),
        tags: fc.array(fc.string({ unit: fc.constantFrom(...'aA1._:- ') })),
      }),
    );
    fc.assert(
      fc.property(body, (given) => {
        const parsed = parseRegistration(given);
        if (!parsed.ok) return expect(parsed.errors.length).toBeGreaterThan(0);
        const { token, locale, tags } = parsed.value.registration;
        expect(isDeviceToken(token)).toBe(true);
        expect(locale ?? 'en').toMatch(/^[a-z0-9-]{1,35}$/);
        expect(tags?.length ?? 0).toBeLessThanOrEqual(32);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the body of an update', () => {
  it('may be empty: the device only says that it is there', () => {
    expect(parseDevice({})).toEqual({ ok: true, value: { changes: {}, report: {} } });
  });

  it('cannot move a device to another app or environment', () => {
    expect(wrongFields(parseDevice({ app: 'com.example.news', environment: 'sandbox' }))).toEqual([
      'app',
      'environment',
    ]);
  });
});

describe('what an app says that it holds', () => {
  const held = { rev: 43, epoch: 'e' };

  it('is apart from what the device is', () => {
    expect(parseDevice({ ...held, wokenBy: 42, backgroundRefresh: 'denied', locale: 'en' })).toEqual({
      ok: true,
      value: {
        changes: { locale: 'en' },
        report: { held: { epoch: 'e', rev: 43 }, wokenBy: 42, backgroundRefresh: 'denied' },
      },
    });
    expect(parseRegistration({ ...VALID, ...held })).toMatchObject({ ok: true, value: { report: { held } } });
  });

  it.each([
    ['epoch', { rev: 43 }],
    ['rev', { epoch: 'e' }],
    ['rev', { wokenBy: 43 }],
    ['rev', { ...held, rev: '43' }],
    ['rev', { ...held, rev: 1.5 }],
    ['rev', { ...held, rev: -1 }],
    ['rev', { ...held, rev: 2 ** 31 }],
    ['epoch', { ...held, epoch: 'a b' }],
    ['wokenBy', { ...held, wokenBy: 'the push' }],
    ['backgroundRefresh', { backgroundRefresh: 'off' }],
    ['backgroundRefresh', { backgroundRefresh: null }],
  ])('is refused for its field %s', (field, body) => {
    expect(wrongFields(parseDevice(body))).toContain(field);
    if (!('wokenBy' in body)) expect(wrongFields(parseRegistration({ ...VALID, ...body }))).toContain(field);
  });

  it('is not said by a registration to be by a push: an installation begins without one', () => {
    expect(wrongFields(parseRegistration({ ...VALID, ...held, wokenBy: 43 }))).toEqual(['wokenBy']);
  });
});

describe('the query of the feed', () => {
  it('has its numbers as numbers', () => {
    expect(parseFeedQuery({ app: 'a.b', epoch: 'e', since: '41', to: '43', limit: '10' })).toEqual({
      ok: true,
      value: { app: 'a.b', epoch: 'e', since: 41, to: 43, limit: 10, content: false },
    });
  });

  it('names locales and content types in one text each', () => {
    expect(parseFeedQuery({ app: 'a.b', locale: 'en,fr', contentType: 'api::a.a', include: 'content' })).toMatchObject({
      ok: true,
      value: { locales: ['en', 'fr'], contentTypes: ['api::a.a'], content: true },
    });
  });

  it('may hold what a newer app sends', () => {
    expect(parseFeedQuery({ app: 'a.b', tomorrow: '5' }).ok).toBe(true);
  });

  it.each([
    ['app', {}],
    ['app', { app: ['a.b', 'c.d'] }],
    ['epoch', { app: 'a.b', since: '1' }],
    ['epoch', { app: 'a.b', epoch: { $ne: '' } }],
    ['since', { app: 'a.b', epoch: 'e', since: '-1' }],
    ['since', { app: 'a.b', epoch: 'e', since: '1.5' }],
    ['since', { app: 'a.b', epoch: 'e', since: '1e3' }],
    ['since', { app: 'a.b', epoch: 'e', since: '9'.repeat(16) }],
    ['since', { app: 'a.b', epoch: 'e', since: ['1', '2'] }],
    ['since', { app: 'a.b', epoch: 'e', to: '5' }],
    ['to', { app: 'a.b', epoch: 'e', since: '6', to: '5' }],
    ['limit', { app: 'a.b', limit: '0' }],
    ['limit', { app: 'a.b', limit: '1001' }],
    ['limit', { app: 'a.b', limit: '' }],
    ['include', { app: 'a.b', include: 'everything' }],
    ['limit', { app: 'a.b', include: 'content', limit: '101' }],
    ['locale', { app: 'a.b', locale: 'en,,fr' }],
    ['locale', { app: 'a.b', locale: ['en', 'fr'] }],
    ['contentType', { app: 'a.b', contentType: 'a b' }],
    ['scope', { app: 'a.b', scope: 'a"b' }],
  ])('is refused for its field %s', (field, query) => {
    expect(wrongFields(parseFeedQuery(query))).toEqual([field]);
  });
});
