import {
  afterGoodAnswer,
  afterRefusal,
  afterTaking,
  isHopeless,
  mayBeAsked,
  type Probation,
} from '../../../server/apps/probation';

const NOW = 1_000_000_000;
const FIRST_MS = 15_000;
const MINUTE = 60_000;
const refusal = { code: 'InvalidProviderToken', status: 403 };

const refused = (known: Probation | null, now: number, more: { probe?: number | null; steady?: boolean } = {}) =>
  afterRefusal(known, refusal, { now, firstMs: FIRST_MS, probe: null, steady: false, ...more });
const taken = (known: Probation, now: number) => afterTaking(known, { now, firstMs: FIRST_MS, atLeastMs: 30_000 });

/** A probe that is refused as soon as it is taken. @returns the probation, and when it was taken */
function probed(known: Probation): [Probation, number] {
  const at = known.nextAt as number;
  const probe = taken(known, at);
  return [refused(probe, at, { probe: probe.probes }), at];
}

describe('a lane’s probation', () => {
  it('asks at once when APNs refuses for the first time', () => {
    expect(refused(null, NOW)).toEqual({
      ...refusal,
      since: NOW,
      probes: 0,
      refused: 0,
      askedAt: null,
      nextAt: NOW,
      overAt: null,
    });
  });

  it('asks ever later while its probes are refused, and once an hour in the end', () => {
    let probation = refused(null, NOW);
    const waits: number[] = [];
    for (let before = NOW; waits.length < 12;) {
      const [after, at] = probed(probation);
      waits.push((at - before) / 1_000);
      [probation, before] = [after, at];
    }
    expect(waits).toEqual([0, 15, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600]);
  });

  it('pauses the lane at the fifth refused probe, and is asked on', () => {
    let probation = refused(null, NOW);
    for (let n = 1; n <= 5; n++) {
      expect(isHopeless(probation)).toBe(false);
      [probation] = probed(probation);
    }
    expect(isHopeless(probation)).toBe(true);
    const fatal = { cause: 'fatal', code: 'InvalidProviderToken', params: {}, at: NOW } as const;
    expect(mayBeAsked([fatal], probation)).toBe(true);
    expect(mayBeAsked([fatal, { ...fatal, cause: 'administrator' }], probation)).toBe(false);
    expect(mayBeAsked([fatal], null)).toBe(false);
  });

  it('gives a process that takes a probe the time of a lease to tell what came of it', () => {
    expect(taken(refused(null, NOW), NOW)).toMatchObject({ probes: 1, askedAt: NOW, nextAt: NOW + 30_000 });
  });

  it('learns nothing from what was on its way when it began, nor from a probe that was too late', () => {
    const first = taken(refused(null, NOW), NOW);
    expect(refused(first, NOW + 5)).toBe(first);
    const second = taken(first, NOW + 30_000);
    expect(refused(second, NOW + 30_005, { probe: 1 })).toBe(second);
  });

  it('goes on where it was when APNs refuses again soon after a good answer', () => {
    const [twice, at] = probed(probed(refused(null, NOW))[0]);
    const over = afterGoodAnswer(twice, at + 100);
    expect(over).toMatchObject({ refused: 0, nextAt: null });
    expect(refused(over, at + 200)).toMatchObject({ since: NOW, probes: 2, refused: 0, nextAt: at + 30_000 });
  });

  it('begins anew after many good answers or a quarter of an hour, but keeps its distance', () => {
    const [twice, at] = probed(probed(refused(null, NOW))[0]);
    const over = afterGoodAnswer(twice, at + 100);
    const again = refused(over, at + 200, { steady: true });
    expect(again).toMatchObject({ since: at + 200, probes: 0, nextAt: at + 15_000 });
    const later = at + 100 + 15 * MINUTE;
    expect(refused(over, later)).toMatchObject({ since: later, probes: 0, nextAt: later });
  });
});
