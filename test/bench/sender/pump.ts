import type { Pace } from './load';

/**
 * Keeps so many pushes in flight until all are answered: for clients whose window is the caller's affair.
 *
 * @param start begins the push with this number, and calls `answered` once
 */
export function pump(
  count: number,
  window: number,
  pace: Pace | null,
  start: (index: number, answered: (accepted: boolean) => void) => void,
): Promise<number> {
  return new Promise((resolve) => {
    let sent = 0;
    let done = 0;
    let accepted = 0;
    let timer: NodeJS.Timeout | undefined;
    const answered = (isAccepted: boolean): void => {
      if (isAccepted) accepted++;
      if (++done === count) {
        clearInterval(timer);
        resolve(accepted);
      } else if (!pace) fill();
    };
    const fill = (): void => {
      const due = pace ? Math.min(count, pace.due()) : count;
      while (sent < due && sent - done < window) start(sent++, answered);
    };
    if (pace) timer = setInterval(fill, 1);
    fill();
  });
}
