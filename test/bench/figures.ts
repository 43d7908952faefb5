import type { Measurement } from './measure';
import type { BenchDatabase } from './options';
import { rateOf, type ScaleMeasurement, type SizedPush } from './scale';
import { median, middleOf, quantile, round } from './statistics';

/** All that was measured on one database. */
export interface Measured {
  beside: Measurement;
  scale: ScaleMeasurement;
}

/** What `--json` prints for one database. */
export interface Figures {
  /** Time for 1,000,000 devices ÷ time for 100,000; null unless both were pushed to. */
  linear1M: number | null;
  /** Peak memory with the largest fleet less that with the smallest. */
  memoryGrowthMiB: number;
  /** The rate with the largest fleet, of the rate that the sender alone reaches. */
  shareOfSender: number;
  /** Worst of the fleets. */
  loopDelayP99Ms: number;
  /** Median publish with the plugin ÷ median without it. */
  publishLatencyRatio: number;
  missing: number;
  repeated: number;
  /** As above, while the push goes out. */
  publishLatencyRatioSending: number;
  adminP99IdleMs: number;
  adminP99SendingMs: number;
  /** With the largest fleet. */
  pushesPerSecond: number;
  cpuSecondsPer100k: number;
  /** The time of one process ÷ the time of two; null where one only may work. */
  speedUpOfTwo: number | null;
}

const cpuPer100k = ({ devices, cpuSeconds }: Pick<SizedPush, 'devices' | 'cpuSeconds'>): number =>
  cpuSeconds * (100_000 / devices);

export function toFigures({ beside, scale }: Measured): Figures {
  const { idle, sending, counts } = beside;
  const { pushes } = scale;
  const of = (devices: number) => pushes.find((push) => push.devices === devices);
  const [small, large] = [pushes[0], pushes[pushes.length - 1]];
  const [hundredThousand, million] = [of(100_000), of(1_000_000)];
  const middle = middleOf(pushes);
  return {
    linear1M: hundredThousand && million ? round(million.pushMs / hundredThousand.pushMs, 2) : null,
    memoryGrowthMiB: round(large.peakRssMiB - small.peakRssMiB, 1),
    shareOfSender: round(large.shareOfSender, 2),
    loopDelayP99Ms: round(Math.max(...pushes.map(({ loopDelayP99Ms }) => loopDelayP99Ms)), 1),
    publishLatencyRatio: round(median(idle.with) / median(idle.without), 2),
    missing: counts.missing + scale.missing,
    repeated: counts.repeated + scale.repeated,
    publishLatencyRatioSending: round(median(sending.with) / median(sending.without), 2),
    adminP99IdleMs: round(quantile(beside.adminIdle, 0.99), 1),
    adminP99SendingMs: round(quantile(beside.adminSending, 0.99), 1),
    pushesPerSecond: Math.round(rateOf(large)),
    cpuSecondsPer100k: round(cpuPer100k(large), 2),
    speedUpOfTwo: scale.twoProcesses ? round(middle.pushMs / scale.twoProcesses.pushMs, 2) : null,
  };
}

interface Line {
  name: string;
  of(measured: Measured, figures: Figures): string;
}

const ms = (value: number): string => `${round(value, 1)} ms`;
const ofBoth = (latencies: Measurement['idle']): string =>
  `${ms(median(latencies.with))} / ${ms(median(latencies.without))} (${latencies.with.length} each)`;
const count = (devices: number): string => devices.toLocaleString('en');

const LINES: readonly Line[] = [
  { name: 'Publish, median with / without the plugin', of: ({ beside }) => ofBoth(beside.idle) },
  { name: '— ratio (expected ≤ 1.2)', of: (_, figures) => `${figures.publishLatencyRatio}` },
  { name: 'Publish while a push goes out, with / without', of: ({ beside }) => ofBoth(beside.sending) },
  { name: '— ratio (expected ≤ 2)', of: (_, figures) => `${figures.publishLatencyRatioSending}` },
  {
    name: 'Admin API p99 (median), idle',
    of: ({ beside }, figures) => `${ms(figures.adminP99IdleMs)} (${ms(median(beside.adminIdle))})`,
  },
  {
    name: '— while a push goes out (expected ≤ idle + 60 ms)',
    of: ({ beside }, figures) => `${ms(figures.adminP99SendingMs)} (${ms(median(beside.adminSending))})`,
  },
  { name: 'Time for 1,000,000 ÷ time for 100,000 (expected ≤ 11)', of: (_, { linear1M }) => `${linear1M ?? '—'}` },
  {
    name: 'Peak memory, largest fleet less smallest (expected ≤ 50 MiB)',
    of: (_, figures) => `${figures.memoryGrowthMiB} MiB`,
  },
  {
    name: 'The sender alone: pushes/s, CPU s per 100,000',
    of: ({ scale }) => `${Math.round(scale.bare.perSecond)}, ${round(scale.bare.cpuSecondsPer100k, 2)}`,
  },
  {
    name: 'Share of the sender’s rate, largest fleet (expected ≥ 0.7)',
    of: (_, figures) => `${figures.shareOfSender}`,
  },
  {
    name: 'First push to a fleet: pushes/s, CPU s per 100,000',
    of: ({ scale: { firstPush } }) => `${Math.round(rateOf(firstPush))}, ${round(cpuPer100k(firstPush), 2)}`,
  },
  { name: 'Two processes on one database', of: ({ scale }, figures) => ofTwo(scale, figures) },
  { name: 'Missing / repeated', of: (_, figures) => `${figures.missing} / ${figures.repeated}` },
];

function ofTwo({ twoProcesses }: ScaleMeasurement, { speedUpOfTwo }: Figures): string {
  if (!twoProcesses) return 'one at a time';
  const shares = twoProcesses.shares.map((share) => `${Math.round(share * 100)} %`).join(' and ');
  return `${round(twoProcesses.pushMs / 1_000, 1)} s, ${speedUpOfTwo} times as fast (${shares} of the CPU)`;
}

/** Of one push: one row of the second table. */
function toRow(database: BenchDatabase, push: SizedPush): string[] {
  return [
    database,
    count(push.devices),
    `${round(push.pushMs / 1_000, 1)} s`,
    count(Math.round(rateOf(push))),
    `${round(push.shareOfSender, 2)}`,
    `${round(cpuPer100k(push), 2)}`,
    `${Math.round(push.peakRssMiB)} MiB`,
    ms(push.loopDelayP99Ms),
    count(push.shardWrites),
  ];
}

const HEADINGS = [
  '',
  'Devices',
  'Time',
  'Pushes/s',
  'Share of the sender',
  'CPU s per 100,000',
  'Peak memory',
  'Event-loop p99',
  'Shard writes',
];

/** Two tables in Markdown. */
export function toTables(measurements: ReadonlyMap<BenchDatabase, Measured>): string {
  const columns = [...measurements];
  const comparison = [
    ['', ...columns.map(([database]) => database)],
    ['---', ...columns.map(() => '---')],
    ...LINES.map(({ name, of }) => [name, ...columns.map(([, measured]) => of(measured, toFigures(measured)))]),
  ];
  const fleets = [
    HEADINGS,
    HEADINGS.map(() => '---'),
    ...columns.flatMap(([database, { scale }]) => scale.pushes.map((push) => toRow(database, push))),
  ];
  return [comparison, fleets].map((rows) => rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')).join('\n\n');
}
