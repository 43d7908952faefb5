import { guardTrips } from '../../../server/pipeline/push/refusal-guard';

describe('guardTrips', () => {
  it.each([
    ['trips when more than a fifth of many answers are refusals', { answers: 100, refusals: 21, canary: null }, true],
    ['bears a fifth', { answers: 100, refusals: 20, canary: null }, false],
    ['needs at least 20 refusals', { answers: 50, refusals: 19, canary: null }, false],
    ['needs at least 50 answers', { answers: 49, refusals: 40, canary: null }, false],
    [
      'trips when the whole canary is refused',
      { answers: 5, refusals: 5, canary: { answers: 5, refusals: 5, isThrough: true } },
      true,
    ],
    [
      'bears one good answer in a small canary',
      { answers: 5, refusals: 4, canary: { answers: 5, refusals: 4, isThrough: true } },
      false,
    ],
    [
      'makes nothing of a canary of four',
      { answers: 4, refusals: 4, canary: { answers: 4, refusals: 4, isThrough: true } },
      false,
    ],
    [
      'makes nothing of no answers',
      { answers: 0, refusals: 0, canary: { answers: 0, refusals: 0, isThrough: true } },
      false,
    ],
    [
      'waits for the whole canary',
      { answers: 5, refusals: 5, canary: { answers: 5, refusals: 5, isThrough: false } },
      false,
    ],
  ])('%s', (_name, sums, trips) => {
    expect(guardTrips(sums, 'accepted')).toBe(trips);
  });

  it('goes by the canary alone in a lane that never had an acceptance: anybody may have invented the others', () => {
    const sums = { answers: 200, refusals: 110, canary: { answers: 100, refusals: 99, isThrough: true } };
    expect(guardTrips(sums, 'all')).toBe(false);
    expect(guardTrips({ ...sums, canary: { ...sums.canary, refusals: 100 } }, 'all')).toBe(true);
    expect(guardTrips({ ...sums, canary: { ...sums.canary, isThrough: false } }, 'all')).toBe(false);
    expect(guardTrips({ ...sums, canary: null }, 'all')).toBe(true);
  });
});
