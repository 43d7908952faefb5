export interface TurnOptions {
  /** How many work at a time. */
  concurrency: number;
  /** How many may wait. */
  queue: number;
  /** For how long. */
  waitMs: number;
}

/** Thrown where there is no room to wait, or the wait was over before it was anybody's turn. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

/** Lets few work at a time: reading a page of content is a quarter second of CPU, and editors work in the same process. */
export function createTurns({ concurrency, queue, waitMs }: TurnOptions) {
  let working = 0;
  const waiting: { start(): void }[] = [];

  async function take(): Promise<void> {
    if (working < concurrency) {
      working += 1;
      return;
    }
    if (waiting.length >= queue) throw new BusyError('Too many wait for content.');
    await new Promise<void>((resolve, reject) => {
      const turn = {
        start() {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(turn), 1);
        reject(new BusyError('Content was waited for too long.'));
      }, waitMs);
      waiting.push(turn);
    });
  }

  /** The turn goes on to whoever waits longest. */
  function leave(): void {
    const next = waiting.shift();
    if (next) next.start();
    else working -= 1;
  }

  return {
    /** @throws BusyError; what `work` throws */
    async run<T>(work: () => Promise<T>): Promise<T> {
      await take();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
