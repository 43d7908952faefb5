import { newlyApplied, type RecentPush } from '../../../server/freshness/newly-applied';

const push = (id: number, rev: number, fields: Partial<RecentPush> = {}): RecentPush => ({
  id,
  epoch: 'now',
  rev,
  hi: 100,
  audience: 'all',
  changedAt: 0,
  ...fields,
});
const device = (rev: number | null, fields: object = {}) => ({
  id: 7,
  locale: null as string | null,
  tags: [] as string[],
  applied_epoch: rev === null ? null : 'now',
  applied_rev: rev,
  ...fields,
});
const ids = (...[row, report, pushes]: Parameters<typeof newlyApplied>) =>
  newlyApplied(row, report, pushes).map(({ push: { id }, woken }) => (woken ? `${id} woken` : id));

const PUSHES = [push(3, 30), push(2, 20), push(1, 10)];
const holds = (rev: number, wokenBy?: number) => ({ held: { epoch: 'now', rev }, wokenBy });

describe('what a report counts for', () => {
  it('is each push in between, and none twice', () => {
    expect(ids(device(10), holds(30, 30), PUSHES)).toEqual(['3 woken', 2]);
    expect(ids(device(30), holds(30, 30), PUSHES)).toEqual([]);
    expect(ids(device(30), holds(10), PUSHES)).toEqual([]);
  });

  it('is only the push that woke it where nothing is known of before', () => {
    expect(ids(device(null), holds(30, 20), PUSHES)).toEqual(['2 woken']);
    expect(ids(device(null), holds(30), PUSHES)).toEqual([]);
    expect(ids(device(25, { applied_epoch: 'before' }), holds(30), PUSHES)).toEqual([]);
  });

  it('is no push that went to others, or began before the device was there', () => {
    const french = [push(3, 30, { audience: { locales: ['fr'], tags: [] } }), push(2, 20, { hi: 6 }), push(1, 10)];
    expect(ids(device(0, { locale: 'en' }), holds(30), french)).toEqual([1]);
    expect(ids(device(0, { locale: 'fr-ca' }), holds(30), french)).toEqual([3, 1]);
  });

  it('is a push to devices with one of its tags', () => {
    const tagged = [push(3, 30, { audience: { locales: ['fr'], tags: ['a', 'b'] } })];
    expect(ids(device(0, { locale: 'en', tags: ['b'] }), holds(30), tagged)).toEqual([3]);
    expect(ids(device(0, { locale: 'en', tags: ['c'] }), holds(30), tagged)).toEqual([]);
  });

  it('is no push of another life of the log', () => {
    expect(ids(device(0), holds(30), [push(2, 20, { epoch: 'before' }), push(1, 10)])).toEqual([1]);
  });

  it('is the push that was sent last of two that announced the same', () => {
    expect(ids(device(0), holds(10), [push(2, 10), push(1, 10)])).toEqual([2]);
  });

  it('is nothing without a revision', () => {
    expect(ids(device(0), { backgroundRefresh: 'denied' }, PUSHES)).toEqual([]);
  });
});
