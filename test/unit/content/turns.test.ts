import { BusyError, createTurns } from '../../../server/content/turns';

const held = () => {
  let release = () => undefined as void;
  const until = new Promise<void>((resolve) => (release = resolve));
  return { until, release };
};

describe('turns', () => {
  test('are as many at a time as there may be, and go on in order', async () => {
    const turns = createTurns({ concurrency: 2, queue: 10, waitMs: 60_000 });
    const gates = [held(), held(), held(), held()];
    const begun: number[] = [];
    const work = gates.map(({ until }, n) =>
      turns.run(() => {
        begun.push(n);
        return until;
      }),
    );
    await new Promise(setImmediate);
    expect(begun).toEqual([0, 1]);
    gates[1].release();
    await work[1];
    await new Promise(setImmediate);
    expect(begun).toEqual([0, 1, 2]);
    gates.forEach(({ release }) => release());
    await Promise.all(work);
    expect(begun).toEqual([0, 1, 2, 3]);
  });

  test('pass on when their work fails', async () => {
    const turns = createTurns({ concurrency: 1, queue: 10, waitMs: 60_000 });
    const failed = turns.run(() => Promise.reject(new Error('no')));
    const next = turns.run(async () => 'done');
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('done');
  });

  test('are refused where too many wait, and to who waited too long', async () => {
    const turns = createTurns({ concurrency: 1, queue: 1, waitMs: 5 });
    const gate = held();
    const first = turns.run(() => gate.until);
    const waiting = turns.run(async () => 'never');
    await expect(turns.run(async () => 'never')).rejects.toThrow(BusyError);
    await expect(waiting).rejects.toThrow(BusyError);
    gate.release();
    await first;
    expect(await turns.run(async () => 'again')).toBe('again');
  });
});
