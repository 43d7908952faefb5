import fc from 'fast-check';
import { bucketOf, msOf, percentileMs } from '../../../server/freshness/delay';

describe('a bucket', () => {
  it('stands for its times to a tenth', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 90 * 86_400_000 }), (ms) => {
        expect(Math.abs(msOf(bucketOf(ms)) - ms) / ms).toBeLessThan(0.1);
      }),
    );
  });

  it('takes any time, one before the change included: two clocks are never the same', () => {
    for (const ms of [-5_000, 0, 99, Number.MAX_SAFE_INTEGER]) {
      expect(bucketOf(ms)).toBeGreaterThanOrEqual(0);
      expect(bucketOf(ms)).toBeLessThan(108);
    }
  });
});

describe('a percentile', () => {
  it('is the time within which so many were done', () => {
    const counts = [
      { bucket: bucketOf(60_000), count: 10 },
      { bucket: bucketOf(1_000), count: 50 },
      { bucket: bucketOf(5_000), count: 40 },
    ];
    expect(percentileMs(counts, 0.5)).toBe(msOf(bucketOf(1_000)));
    expect(percentileMs(counts, 0.51)).toBe(msOf(bucketOf(5_000)));
    expect(percentileMs(counts, 0.9)).toBe(msOf(bucketOf(5_000)));
    expect(percentileMs(counts, 0.91)).toBe(msOf(bucketOf(60_000)));
    expect(percentileMs(counts, 1)).toBe(msOf(bucketOf(60_000)));
  });

  it('is none of nobody', () => {
    expect(percentileMs([], 0.5)).toBeNull();
    expect(percentileMs([{ bucket: 3, count: 0 }], 0.5)).toBeNull();
  });
});
