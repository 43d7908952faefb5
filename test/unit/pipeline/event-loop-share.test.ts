import { setImmediate as nextTurn } from 'node:timers/promises';
import { createEventLoopShare } from '../../../server/pipeline/deliver/event-loop-share';

/** Longer than a slice, and than a round of the event loop may take before others count as at work. */
const LONG_MS = 10;

/** The time; it passes when somebody works, and at no other moment. */
let now = 0;
const clock = () => now;

/** Keeps so many rounds of the event loop busy, from the next one on. */
function work(rounds: number): { over(): number; done: Promise<void> } {
  let over = 0;
  const busy = async () => {
    while (over < rounds) {
      await nextTurn();
      now += LONG_MS;
      over++;
    }
  };
  return { over: () => over, done: busy() };
}

describe('a share of the event loop', () => {
  it('is over when its slice is used up, and begins anew when it was passed', async () => {
    const turn = createEventLoopShare(clock);
    expect(turn.over()).toBe(false);
    now += LONG_MS;
    expect(turn.over()).toBe(true);
    await turn.pass();
    expect(turn.over()).toBe(false);
  });

  it('is shared when it is over, and only then', async () => {
    const turn = createEventLoopShare(clock);
    now += LONG_MS;
    const others = nextTurn('others');
    await expect(Promise.race([others, turn.share().then(() => 'shared')])).resolves.toBe('others');
    await turn.pass();
    await expect(Promise.race([nextTurn('others'), turn.share().then(() => 'shared')])).resolves.toBe('shared');
  });

  it('is passed until others have done their work', async () => {
    const { over, done } = work(5);
    await createEventLoopShare(clock).pass();
    expect(over()).toBe(5);
    await done;
  });

  it('comes again while others have work without end', async () => {
    const { over, done } = work(20);
    await createEventLoopShare(clock).pass();
    expect(over()).toBeGreaterThan(5);
    expect(over()).toBeLessThan(20);
    await done;
  });
});
