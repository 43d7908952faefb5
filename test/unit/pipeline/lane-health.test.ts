import { createLaneHealth, type LaneHealth } from '../../../server/pipeline/deliver/lane-health';

function answer(health: LaneHealth, good: boolean, times: number): void {
  for (let i = 0; i < times; i++) health.answered(good);
}

describe('a lane’s health', () => {
  let now = 0;
  beforeEach(() => {
    now = 0;
  });
  const create = () => createLaneHealth({ now: () => now, firstMs: 15_000, random: () => 0 });

  it('holds the lane back after 20 bad answers of 100', () => {
    const health = create();
    answer(health, true, 81);
    answer(health, false, 19);
    expect(health.allowance()).toBe(Number.POSITIVE_INFINITY);
    answer(health, false, 1);
    expect(health.allowance()).toBe(0);
    expect(health.held()?.until).toBe(15_000);
  });

  it('forgets answers beyond the last hundred', () => {
    const health = create();
    answer(health, false, 19);
    answer(health, true, 100);
    answer(health, false, 19);
    expect(health.held()).toBeNull();
  });

  it('lets a single push probe after the hold, and everything once that is answered well', () => {
    const health = create();
    answer(health, false, 20);
    now = 15_000;
    expect(health.held()).toBeNull();
    expect(health.allowance()).toBe(1);
    now = 15_001;
    health.answered(true);
    expect(health.allowance()).toBe(Number.POSITIVE_INFINITY);
  });

  it('doubles the hold each time the probe fails, up to a quarter of an hour', () => {
    const health = create();
    answer(health, false, 20);
    now = 15_000;
    for (const expected of [30_000, 60_000, 120_000, 240_000, 480_000, 900_000, 900_000]) {
      health.answered(false);
      expect(health.held()?.until).toBe(now + expected);
      now += expected;
    }
  });

  it('takes no late answer of before the hold for a probe', () => {
    const health = create();
    answer(health, false, 20);
    now = 10;
    answer(health, true, 5);
    expect(health.allowance()).toBe(0);
  });

  it('keeps the longer of two holds', () => {
    const health = create();
    health.hold(60_000, 'token-updates');
    health.hold(1_000, 'server-errors');
    expect(health.held()).toEqual({ until: 60_000, cause: 'token-updates' });
  });
});
