/** The steps of a walk, told as they are done. A step that fails is the last: those after it build on it. */
export interface Report {
  /** Runs a step and says how it went. After a failed one, later steps are not run and count as failed. */
  step(name: string, work: () => Promise<void>): Promise<void>;
  /** A step that makes something. @returns what it made; undefined: it failed, or was not reached */
  make<T>(name: string, work: () => Promise<T>): Promise<T | undefined>;
  /** Runs whatever failed before: what is true of everything that was seen. */
  check(name: string, work: () => Promise<void> | void): Promise<void>;
  /** One line for each step, then how many passed and failed. @returns whether all passed */
  close(): boolean;
}

/** @param failed is told of each failure, and says more about it */
export function createReport(say: (line: string) => void, failed: (name: string) => Promise<string>): Report {
  const results: { name: string; passed: boolean; note?: string }[] = [];

  async function run(name: string, work: () => Promise<void> | void): Promise<void> {
    const since = performance.now();
    try {
      await work();
      results.push({ name, passed: true });
      say(`  ${name} (${Math.round(performance.now() - since)} ms)`);
    } catch (error) {
      results.push({ name, passed: false });
      say(`\nFAILED: ${name}\n${describe(error)}\n${await failed(name)}\n`);
    }
  }

  async function step(name: string, work: () => Promise<void>): Promise<void> {
    if (results.every(({ passed }) => passed)) await run(name, work);
    else results.push({ name, passed: false, note: 'not reached' });
  }

  return {
    step,
    async make<T>(name: string, work: () => Promise<T>) {
      let made: T | undefined;
      await step(name, async () => {
        made = await work();
      });
      return made;
    },
    check: run,
    close() {
      say('');
      for (const { name, passed, note } of results) say(`${passed ? '✓' : '✗'} ${name}${note ? ` (${note})` : ''}`);
      const passed = results.filter((result) => result.passed).length;
      say(`${passed} passed, ${results.length - passed} failed`);
      return passed === results.length;
    },
  };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}\n${describe(error.cause)}`;
}
