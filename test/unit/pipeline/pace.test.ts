import { paceOf, shareOf, spreadOf } from '../../../server/pipeline/launch';

const pace = (maxPerSecond: number | null, cdn: boolean, requestsPerSecond = 500) =>
  paceOf({ delivery: { maxPerSecond }, feed: { cdn, requestsPerSecond } } as Parameters<typeof paceOf>[0]);

describe('the pace of a push', () => {
  test.each([
    ['what the CMS can answer', pace(null, false), { perSecond: 500, by: 'feed' }],
    ['as fast as APNs takes it behind a cache', pace(null, true), { perSecond: null, by: null }],
    ['what the operator allows', pace(200, false), { perSecond: 200, by: 'maxPerSecond' }],
    ['what the CMS can answer, where the operator allows more', pace(900, false), { perSecond: 500, by: 'feed' }],
    ['what the operator allows behind a cache', pace(900, true), { perSecond: 900, by: 'maxPerSecond' }],
  ])('is %s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  test('is shared by all processes that send', () => {
    expect([0, 1, 2, 4].map((processes) => shareOf(pace(null, false), processes))).toEqual([500, 500, 250, 125]);
    expect(shareOf(pace(null, true), 3)).toBeNull();
  });

  test('spreads what apps ask over as long as answers take, within half a minute', () => {
    expect([0, 500, 501, 5_000, 1_000_000].map((devices) => spreadOf(pace(null, false), devices))).toEqual([
      0, 0, 2, 10, 30,
    ]);
    expect(spreadOf(pace(null, true), 1_000_000)).toBe(0);
    expect(spreadOf(pace(200, false), 1_000_000)).toBe(0);
  });
});
