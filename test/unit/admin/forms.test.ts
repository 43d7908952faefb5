import type { ContentType, Push } from '../../../server/admin-api/contract';
import { splitErrors } from '../../../admin/api/field-errors';
import { readCustomKeys } from '../../../admin/apps/custom-keys';
import { keyIdOf } from '../../../admin/apps/key-file';
import { chartColumns, stackParts } from '../../../admin/pushes/chart-columns';
import { axisTop } from '../../../admin/ui/chart-axis';
import { draftOf, withContentType, type TriggerDraft } from '../../../admin/triggers/trigger-draft';

describe('errors of the server', () => {
  const error = (errors: object[]) => ({ status: 400, name: 'ValidationError', message: 'x', details: { errors } });

  test('go to the field they name', () => {
    const answer = error([{ path: ['keyId'], message: 'is not a key id.', name: 'ValidationError' }]);
    expect(splitErrors(answer, ['keyId'])).toEqual({ shown: { keyId: 'is not a key id.' } });
  });

  test('of a field that the form does not show are kept for a notification', () => {
    const answer = error([
      { path: ['keyId'], message: 'first' },
      { path: ['other'], message: 'second' },
    ]);
    expect(splitErrors(answer, ['keyId'])).toEqual({ shown: { keyId: 'first' }, rest: 'other: second' });
  });

  test('without fields say nothing of any', () => {
    expect(splitErrors({ message: 'Conflict', details: { errors: [] } }, ['keyId'])).toEqual({ shown: {} });
    expect(splitErrors(new Error('network'), ['keyId'])).toEqual({ shown: {} });
    expect(splitErrors(undefined, [])).toEqual({ shown: {} });
  });
});

describe('custom keys', () => {
  test.each([
    ['', { keys: {} }],
    ['{ "campaign": "spring" }', { keys: { campaign: 'spring' } }],
    ['{', { problem: 'not-json' }],
    ['[1]', { problem: 'not-an-object' }],
    ['null', { problem: 'not-an-object' }],
  ])('%j is read for what it is', (typed, reading) => {
    expect(readCustomKeys(typed)).toEqual(reading);
  });
});

describe('the name of a key file', () => {
  test.each([
    ['AuthKey_ABC1234567.p8', 'ABC1234567'],
    ['AuthKey_ABC1234567 (1).p8', 'ABC1234567'],
    ['AuthKey_ABC12345678.p8', null],
    ['key.p8', null],
  ])('%s gives %s', (name, keyId) => {
    expect(keyIdOf(name)).toBe(keyId);
  });
});

describe('a new trigger', () => {
  const types = [
    { uid: 'api::a.a', displayName: 'Article' },
    { uid: 'api::b.b', displayName: 'Book' },
  ] as ContentType[];
  const empty: TriggerDraft = draftOf(undefined, [{ bundleId: 'a.b' }]);

  test('wakes all apps on publishing', () => {
    expect(empty).toMatchObject({ apps: ['a.b'], wakeOn: ['publish'], audience: { kind: 'all' }, enabled: true });
  });

  test('takes the name of its content type until it has one of its own', () => {
    const article = withContentType(empty, 'api::a.a', types);
    expect(article.name).toBe('Article');
    expect(withContentType(article, 'api::b.b', types).name).toBe('Book');
    expect(withContentType({ ...article, name: 'Mine' }, 'api::b.b', types).name).toBe('Mine');
  });
});

describe('the chart', () => {
  const counters = { met: 1_000, accepted: 990, rejected: 1, unknown: 0, expired: 3, cancelled: 2 };
  const push = { id: 1, counters: { ...counters, superseded: 1, removed: 1, waiting: 2 } } as Push;

  test('draws what ended, and nothing of what still waits', () => {
    expect(chartColumns([push])[0]).toMatchObject({
      parts: { accepted: 990, rejected: 1, unknown: 0, other: 7 },
      total: 998,
    });
  });

  test('shows one rejection among a thousand', () => {
    const parts = stackParts(chartColumns([push])[0], 1_000, 100, 2);
    expect(parts.find(({ part }) => part === 'rejected')).toMatchObject({ height: 2 });
    expect(parts.map(({ part }) => part)).toEqual(['accepted', 'rejected', 'other']);
  });

  test.each([
    [0, 1],
    [1, 1],
    [3, 5],
    [50, 50],
    [51, 100],
    [1_200, 2_000],
  ])('has an axis for %d that ends at %d', (value, top) => {
    expect(axisTop(value)).toBe(top);
  });
});
