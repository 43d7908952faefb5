/** Runs a named step, tells how it ended and counts it. Each needs the one before: the first that fails ends a run. */
export type Step = <T>(name: string, work: () => T | Promise<T>) => Promise<T>;

/** What to undo at the end of a run, the last first. */
export type Closing = (() => unknown)[];

export interface Result {
  passed: number;
  failed: number;
}

/** Runs steps to their end, or to the first that fails, and undoes what they left. */
export async function runSteps(work: (step: Step, closing: Closing) => Promise<void>): Promise<Result> {
  const result: Result = { passed: 0, failed: 0 };
  const closing: Closing = [];
  const step: Step = async (name, one) => {
    try {
      const value = await one();
      result.passed++;
      process.stdout.write(`✓ ${name}\n`);
      return value;
    } catch (error) {
      process.stdout.write(`✗ ${name}\n`);
      throw error;
    }
  };
  try {
    await work(step, closing);
  } catch (error) {
    result.failed++;
    process.stdout.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  }
  for (const close of closing.reverse()) await close();
  return result;
}
