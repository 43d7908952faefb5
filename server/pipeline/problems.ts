/** Runs steps that do not depend on each other: one that fails does not keep the others from their turn. */
export interface Problems {
  collect(step: () => Promise<void>): Promise<void>;
  /** @throws what the first failed step threw */
  throwFirst(): void;
}

export function createProblems(): Problems {
  const errors: unknown[] = [];
  return {
    async collect(step) {
      try {
        await step();
      } catch (error) {
        errors.push(error);
      }
    },
    throwFirst() {
      if (errors.length > 0) throw errors[0];
    },
  };
}
