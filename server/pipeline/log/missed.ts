import { describeError } from '../../store/database-error';
/**
 * Content types of which an entry changed and the change could not be logged. Apps are told to look for themselves as
 * soon as the log can be written again.
 */
export function createMissed({ log }: { log: { error(message: string): void } }) {
  const types = new Set<string>();
  return {
    /** Throws nothing: it is called where Strapi waits for a commit. */
    note(uid: string, error: unknown): void {
      if (!types.has(uid))
        log.error(
          `a change of ${uid} could not be logged; its apps will be told to fetch everything: ${describeError(error)}`,
        );
      types.add(uid);
    },
    /** The content types noted and not settled. */
    types: (): string[] => [...types],
    settle: (uid: string): boolean => types.delete(uid),
  };
}

export type Missed = ReturnType<typeof createMissed>;
