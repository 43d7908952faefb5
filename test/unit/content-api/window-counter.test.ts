import { createWindowCounter } from '../../../server/content-api/window-counter';

let clock = 0;
const counterOf = (maxKeys: number) => createWindowCounter({ windowMs: 1_000, maxKeys, now: () => clock });

describe('a counter of windows', () => {
  it('lets a key have its limit once a window, which begins with its first call', () => {
    const counter = counterOf(10);
    clock = 100;
    expect([counter.take('a', 2), counter.take('a', 2)]).toEqual([0, 0]);
    clock = 900;
    expect(counter.take('a', 2)).toBe(200);
    clock = 1_100;
    expect([counter.take('a', 2), counter.take('a', 2), counter.take('a', 2)]).toEqual([0, 0, 1_000]);
  });

  it('holds no more keys than it may, however many come', () => {
    const counter = counterOf(100);
    for (let n = 0; n < 10_000; n++) {
      counter.take(`key ${n}`, 1);
      expect(counter.size).toBeLessThanOrEqual(100);
    }
    expect(counter.take('key 9999', 1)).toBeGreaterThan(0);
  });

  it('forgets first what began first, and what is over before that', () => {
    const counter = counterOf(2);
    clock = 0;
    counter.take('old', 1);
    clock = 600;
    counter.take('young', 1);
    counter.take('new', 1);
    expect(counter.take('young', 1)).toBeGreaterThan(0);
    expect(counter.size).toBe(2);
    clock = 5_000;
    counter.take('later', 1);
    expect(counter.size).toBe(1);
  });
});
