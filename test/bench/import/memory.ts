import { writeFileSync } from 'node:fs';
import { peakRssMiB } from '../process-usage';

/** The most that a process had resident, MiB, in the first and the last tenth of a work, and in all of it. */
export interface Memory {
  firstTenthMiB: number;
  lastTenthMiB: number;
  peakMiB: number;
}

/** @param whole how much work there is */
export function watchMemory(pid: number, whole: number) {
  const peaks: number[] = [];
  const forget = () => writeFileSync(`/proc/${pid}/clear_refs`, '5');
  // Linux begins anew with the most memory that the process ever had (proc(5): clear_refs).
  forget();
  return {
    /** @param done how much of the work is over */
    reached(done: number): void {
      if (done < (whole * (peaks.length + 1)) / 10) return;
      peaks.push(peakRssMiB(pid));
      forget();
    },
    end: (): Memory => ({
      firstTenthMiB: peaks[0],
      lastTenthMiB: peaks[peaks.length - 1],
      peakMiB: Math.max(...peaks),
    }),
  };
}
