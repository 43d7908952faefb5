import { median, round } from '../statistics';
import type { LoadResult } from './load';

/** Runs of one client under one condition. */
export type Series = LoadResult[];

export const cpuPer100k = (series: Series): number =>
  median(series.map(({ cpuSeconds, pushes }) => (cpuSeconds / pushes) * 100_000));

export const perSecond = (series: Series): number => median(series.map(({ pushes, seconds }) => pushes / seconds));

export const loopDelay = (series: Series): number => median(series.map(({ loopDelayP99Ms }) => loopDelayP99Ms));

/** Ours ÷ theirs, or null where a peer is absent. */
export function ratio(ours: Series, theirs: Series | undefined): number | null {
  if (!theirs || theirs.length === 0) return null;
  return round(cpuPer100k(ours) / cpuPer100k(theirs), 3);
}

export interface Row {
  name: string;
  series: Series;
}

const HEAD = '| what | CPU s per 100,000 (min–max) | pushes/s | peak RSS MiB | loop delay p99 ms | not accepted |';

/** A table as it stands in the README: medians over the rounds. */
export function toTable(title: string, rows: readonly Row[]): string {
  const lines = rows.map(({ name, series }) => {
    const cpu = series.map(({ cpuSeconds, pushes }) => (cpuSeconds / pushes) * 100_000);
    const lost = series.reduce((sum, { pushes, accepted }) => sum + pushes - accepted, 0);
    const cells = [
      name,
      `${cpuPer100k(series).toFixed(2)} (${Math.min(...cpu).toFixed(2)}–${Math.max(...cpu).toFixed(2)})`,
      Math.round(perSecond(series)).toLocaleString('en'),
      number(median(series.map(({ peakRssMiB }) => peakRssMiB)), 0),
      number(loopDelay(series), 1),
      String(lost),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [`\n${title}\n`, HEAD, `|${' --- |'.repeat(6)}`, ...lines].join('\n');
}

const number = (value: number, decimals: number): string => (Number.isNaN(value) ? '–' : value.toFixed(decimals));
