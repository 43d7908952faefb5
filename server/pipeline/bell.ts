/**
 * Wakes the engine's loop. Ringing only sets a flag and resolves a promise: it may be called from a transaction's
 * `onCommit`, where nothing may throw, be awaited, or inherit the editor's transaction.
 */
export interface Bell {
  ring(): void;
  /** Resolves when it rings, or rang since the last wait, at the latest after `timeoutMs`. */
  wait(timeoutMs: number): Promise<void>;
}

export function createBell(): Bell {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async wait(timeoutMs) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeoutMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = undefined;
      }
      rung = false;
    },
  };
}
