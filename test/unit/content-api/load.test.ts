import { createLoad } from '../../../server/content-api/load';

describe('the load of a process', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['performance'] }));
  afterEach(() => void jest.useRealTimers());

  test('is too much when work waits for some seconds, and as long as it does', () => {
    let late = 0;
    const load = createLoad(() => late);
    const afterASecond = () => {
      jest.advanceTimersByTime(1_000);
      return load.isOverloaded();
    };
    expect(load.isOverloaded()).toBe(false);
    late = 400;
    expect([afterASecond(), afterASecond(), afterASecond(), afterASecond()]).toEqual([false, false, true, true]);
    late = 100;
    expect(afterASecond()).toBe(false);
    load.stop();
    late = 400;
    expect([afterASecond(), afterASecond(), afterASecond()]).toEqual([false, false, false]);
  });
});
