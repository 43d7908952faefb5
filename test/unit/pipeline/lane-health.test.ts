import { createLaneHealth } from '../../../server/pipeline/lane-health';

const create = () => createLaneHealth({ random: () => 0 });

function answer(health: ReturnType<typeof create>, good: boolean, times: number, now: number): void {
  for (let i = 0; i < times; i++) health.answered(good, now);
}

describe('a lane’s health', () => {
  it('holds the lane back after 20 bad answers of 100', () => {
    const health = create();
    answer(health, true, 81, 0);
    answer(health, false, 19, 0);
    expect(health.allowance(0)).toBe(Number.POSITIVE_INFINITY);
    answer(health, false, 1, 0);
    expect(health.allowance(0)).toBe(0);
    expect(health.heldUntil(0)).toBe(15_000);
  });

  it('forgets answers beyond the last hundred', () => {
    const health = create();
    answer(health, false, 19, 0);
    answer(health, true, 100, 0);
    answer(health, false, 19, 0);
    expect(health.heldUntil(0)).toBeNull();
  });

  it('lets a single push probe after the hold, and everything once that is answered well', () => {
    const health = create();
    answer(health, false, 20, 0);
    expect(health.allowance(15_000)).toBe(1);
    health.answered(true, 15_001);
    expect(health.allowance(15_001)).toBe(Number.POSITIVE_INFINITY);
  });

  it('doubles the hold each time the probe fails, up to a quarter of an hour', () => {
    const health = create();
    answer(health, false, 20, 0);
    let now = 15_000;
    for (const expected of [30_000, 60_000, 120_000, 240_000, 480_000, 900_000, 900_000]) {
      health.answered(false, now);
      expect(health.heldUntil(now)).toBe(now + expected);
      now += expected;
    }
  });

  it('takes no late answer of before the hold for a probe', () => {
    const health = create();
    answer(health, false, 20, 0);
    answer(health, true, 5, 10);
    expect(health.allowance(10)).toBe(0);
  });

  it('keeps the longer of two holds', () => {
    const health = create();
    health.hold(60_000, 0);
    health.hold(1_000, 0);
    expect(health.heldUntil(0)).toBe(60_000);
  });
});
