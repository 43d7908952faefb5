import fc from 'fast-check';
import { createSendRate } from '../../../server/pipeline/deliver/send-rate';

/** Hands over as much as there is room for at each of these moments, and returns how much that was. */
function handOver(perSecond: number | null, moments: readonly number[]): number[] {
  let now = moments[0];
  const pace = createSendRate(
    () => perSecond,
    () => now,
  );
  return moments.map((moment) => {
    now = moment;
    let taken = 0;
    for (; pace.room() > 0 && taken < 10_000; taken++) pace.take();
    return taken;
  });
}

it('has no limit where none is set', () => {
  expect(handOver(null, [0])).toEqual([10_000]);
});

it('lets a twentieth of a second’s pushes go at once, then as many as time passes for', () => {
  expect(handOver(1_000, [0, 1, 10, 1_010])).toEqual([50, 1, 9, 50]);
});

it('lets one go at a time when the limit is low', () => {
  expect(handOver(2, [0, 100, 500, 1_000])).toEqual([1, 0, 1, 1]);
});

it('says how long to wait', () => {
  let now = 0;
  const pace = createSendRate(
    () => 100,
    () => now,
  );
  while (pace.room() > 0) pace.take();
  expect(pace.waitMs()).toBe(10);
  now = 10;
  expect(pace.waitMs()).toBe(0);
});

it('never lets more go than the limit and one burst, whenever it is asked', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5_000 }),
      fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1 }),
      (perSecond, steps) => {
        let now = 0;
        const moments = steps.map((step) => (now += step));
        const taken = handOver(perSecond, moments).reduce((sum, count) => sum + count, 0);
        const spanMs = now - moments[0];
        expect(taken).toBeLessThanOrEqual(Math.ceil((perSecond * spanMs) / 1_000 + Math.max(1, perSecond / 20)));
      },
    ),
  );
});
