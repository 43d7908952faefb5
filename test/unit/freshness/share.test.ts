import fc from 'fast-check';
import { reportShareOf, sampleBelow } from '../../../server/freshness/share';

/** As the guide for app developers says it. */
const isAsked = (id: string, share: number) => Number.parseInt(id.slice(0, 8), 16) / 2 ** 32 < share;

describe('the share of devices that is asked', () => {
  it('is all of few and a hundredth of many, unless it is set', () => {
    expect([1, 10_000, 10_001, 5_000_000].map((devices) => reportShareOf(null, devices))).toEqual([1, 1, 0.01, 0.01]);
    expect([0, 0.25, 1].map((setting) => reportShareOf(setting, 10_001))).toEqual([0, 0.25, 1]);
  });

  it('is short in a payload, and never becomes none', () => {
    expect(reportShareOf(1 / 3, 1)).toBe(0.3334);
    expect(reportShareOf(1e-9, 1)).toBe(0.0001);
  });
});

describe('the sample', () => {
  it('is the same to the database and to a device', () => {
    fc.assert(
      fc.property(fc.uuid({ version: 4 }), fc.integer({ min: 0, max: 9_999 }), (id, tenThousandths) => {
        const share = tenThousandths / 10_000;
        expect(id < sampleBelow(share)!).toBe(isAsked(id, share));
      }),
    );
  });

  it('is the same at its very edge, of any share', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999 }), fc.integer({ min: -1, max: 1 }), (tenThousandths, beside) => {
        const share = tenThousandths / 10_000;
        const first = Math.min(2 ** 32 - 1, Math.max(0, Number.parseInt(sampleBelow(share)!, 16) + beside));
        const id = `${first.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
        expect(id < sampleBelow(share)!).toBe(isAsked(id, share));
      }),
    );
  });

  it('of a hundredth is told as in the guide for app developers', () => {
    expect(sampleBelow(0.01)).toBe('028f5c29');
    expect(isAsked('028f5c28-0000-4000-8000-000000000000', 0.01)).toBe(true);
    expect(isAsked('028f5c29-0000-4000-8000-000000000000', 0.01)).toBe(false);
  });

  it('of all leaves nobody out, of none asks nobody', () => {
    expect(sampleBelow(1)).toBeNull();
    expect(isAsked('ffffffff-ffff-4fff-bfff-ffffffffffff', 1)).toBe(true);
    expect(isAsked('00000000-0000-4000-8000-000000000000', 0)).toBe(false);
  });
});
