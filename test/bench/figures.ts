import type { Database } from '../integration/databases';
import type { Measurement } from './measure';
import { median, quantile, round } from './statistics';

/** What `--json` prints for one database. */
export interface Figures {
  /** Median publish with the plugin ÷ median without it. */
  publishLatencyRatio: number;
  /** The same, while the push goes out. */
  publishLatencyRatioSending: number;
  adminP99IdleMs: number;
  adminP99SendingMs: number;
  pushesPerSecond: number;
  cpuSecondsPer100k: number;
  peakRssMiB: number;
  missing: number;
  repeated: number;
}

export function toFigures({ idle, sending, counts, ...measured }: Measurement): Figures {
  return {
    publishLatencyRatio: round(median(idle.with) / median(idle.without), 2),
    publishLatencyRatioSending: round(median(sending.with) / median(sending.without), 2),
    adminP99IdleMs: round(quantile(measured.adminIdle, 0.99), 1),
    adminP99SendingMs: round(quantile(measured.adminSending, 0.99), 1),
    pushesPerSecond: Math.round(counts.accepted / (measured.pushMs / 1_000)),
    cpuSecondsPer100k: round(measured.cpuSeconds * (100_000 / counts.devices), 2),
    peakRssMiB: Math.round(measured.peakRssMiB),
    missing: counts.missing,
    repeated: counts.repeated,
  };
}

interface Line {
  name: string;
  of(measurement: Measurement, figures: Figures): string;
}

const ms = (value: number): string => `${round(value, 1)} ms`;
const ofBoth = (latencies: Measurement['idle']): string =>
  `${ms(median(latencies.with))} / ${ms(median(latencies.without))} (${latencies.with.length} each)`;

const LINES: readonly Line[] = [
  { name: 'Publish, median with / without the plugin', of: ({ idle }) => ofBoth(idle) },
  { name: '— ratio (expected ≤ 1.2)', of: (_, figures) => `${figures.publishLatencyRatio}` },
  { name: 'Publish while the push goes out, with / without', of: ({ sending }) => ofBoth(sending) },
  { name: '— ratio', of: (_, figures) => `${figures.publishLatencyRatioSending}` },
  {
    name: 'Admin API p99 (median), idle',
    of: ({ adminIdle }, figures) => `${ms(figures.adminP99IdleMs)} (${ms(median(adminIdle))})`,
  },
  {
    name: '— while the push goes out (expected ≤ idle + 60 ms)',
    of: ({ adminSending }, figures) => `${ms(figures.adminP99SendingMs)} (${ms(median(adminSending))})`,
  },
  { name: 'Pushes per second', of: (_, figures) => `${figures.pushesPerSecond}` },
  { name: 'The whole push', of: ({ pushMs }) => `${round(pushMs / 1_000, 1)} s` },
  { name: 'CPU seconds per 100,000 pushes', of: (_, figures) => `${figures.cpuSecondsPer100k}` },
  { name: 'Peak memory of the process', of: (_, figures) => `${figures.peakRssMiB} MiB` },
  {
    name: 'Devices met / accepted / received',
    of: ({ counts }) => `${counts.met} / ${counts.accepted} / ${counts.received} of ${counts.devices}`,
  },
  { name: 'Missing / repeated', of: ({ counts }) => `${counts.missing} / ${counts.repeated}` },
];

/** A table in Markdown, a column per database. */
export function toTable(measurements: ReadonlyMap<Database, Measurement>): string {
  const columns = [...measurements];
  const rows = [
    ['', ...columns.map(([database]) => database)],
    ['---', ...columns.map(() => '---')],
    ...LINES.map(({ name, of }) => [name, ...columns.map(([, measured]) => of(measured, toFigures(measured)))]),
  ];
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
