import type { Listener } from '../../../server/apps/registry';
import { MAX_AUDIENCE_TAGS } from '../../../server/devices';
import { toChanges, toRelatedChanges, type Subject } from '../../../server/pipeline/log/changes';

const listener = (fields: Partial<Listener>): Listener => ({
  appId: 1,
  wakeOn: new Set(['publish'] as const),
  audience: 'all',
  templates: [],
  related: null,
  ...fields,
});
const tagged = (template: string, fields: Partial<Listener> = {}) =>
  listener({ audience: 'tags', templates: [template], ...fields });
const locale = listener({ audience: 'locale' });

const subject = (fields: Partial<Subject> = {}): Subject => ({
  contentType: 'api::article.article',
  documentId: 'd',
  locale: 'en',
  action: 'publish',
  values: [new Map([['slug', 'a']]), new Map([['slug', 'b']])],
  ...fields,
});
const audienceOf = (listeners: Listener[], fields: Partial<Subject> = {}) => {
  const [{ wakes, audience, tags }, ...others] = toChanges(subject(fields), listeners);
  expect(others).toEqual([]);
  return [wakes, audience, tags === null ? null : (JSON.parse(tags) as string[])];
};

describe('whom a change concerns', () => {
  it('is who has a tag of what the entry is or was', () => {
    expect(audienceOf([tagged('x:{slug}')])).toEqual([1, 'tags', ['x:a', 'x:b']]);
  });

  it('is together what all triggers of an app say', () => {
    expect(audienceOf([tagged('x:{slug}'), tagged('fixed')])).toEqual([1, 'tags', ['fixed', 'x:a', 'x:b']]);
    expect(audienceOf([tagged('{slug}'), locale])).toEqual([1, 'locale', ['a', 'b']]);
    expect(audienceOf([locale, tagged('{slug}'), listener({})])).toEqual([1, 'all', null]);
    expect(audienceOf([locale])).toEqual([1, 'locale', null]);
  });

  it('is nobody by a trigger that makes no tag', () => {
    expect(audienceOf([tagged('{other}')])).toEqual([0, 'tags', []]);
    expect(audienceOf([tagged('{other}'), locale])).toEqual([1, 'locale', null]);
    expect(audienceOf([tagged('{slug}')], { values: [] })).toEqual([0, 'tags', []]);
  });

  it('is whom the triggers that wake concern, not those that do not', () => {
    const silent = tagged('{slug}', { wakeOn: new Set() });
    expect(audienceOf([silent, tagged('fixed')])).toEqual([1, 'tags', ['fixed']]);
    expect(audienceOf([tagged('fixed'), silent])).toEqual([1, 'tags', ['fixed']]);
    expect(audienceOf([silent])).toEqual([0, 'tags', ['a', 'b']]);
    expect(audienceOf([listener({ wakeOn: new Set() }), tagged('fixed')])).toEqual([1, 'tags', ['fixed']]);
  });

  it('is everybody where what the entry held is not known, or makes more tags than a push may name', () => {
    expect(audienceOf([tagged('{slug}')], { values: null })).toEqual([1, 'all', null]);
    const values = Array.from({ length: MAX_AUDIENCE_TAGS + 1 }, (_, n) => new Map([['slug', `s${n}`]]));
    expect(audienceOf([tagged('{slug}')], { values })).toEqual([1, 'all', null]);
  });

  it('is of each app what its own triggers say', () => {
    const rows = toChanges(subject(), [tagged('{slug}'), tagged('fixed', { appId: 2 })]);
    expect(rows).toMatchObject([
      { app_id: 1, tags: '["a","b"]' },
      { app_id: 2, tags: '["fixed"]' },
    ]);
  });

  it('is by the same tags for what an entry shows', () => {
    const listener = tagged('{slug}', { wakeOn: new Set(), related: { wakes: true } });
    const [row] = toRelatedChanges(subject(), [listener], { quiet: false });
    expect(row).toMatchObject({ wakes: 1, audience: 'tags', tags: '["a","b"]' });
    expect(toRelatedChanges(subject(), [tagged('{slug}')], { quiet: false })).toEqual([]);
  });

  it('wakes nobody by what an entry shows that was published without a push', () => {
    const listener = tagged('{slug}', { wakeOn: new Set(), related: { wakes: true } });
    expect(toRelatedChanges(subject(), [listener], { quiet: true })).toMatchObject([{ wakes: 0, action: 'publish' }]);
  });
});
