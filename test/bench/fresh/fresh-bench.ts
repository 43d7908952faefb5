import { runBenchmark } from '../run-benchmark';
import { round } from '../statistics';
import { HELP, parseOptions } from './options';
import { measureFresh, type FreshMeasurement, type FreshRun } from './run';

export const benchFresh = (args: string[]) =>
  runBenchmark(args, {
    help: HELP,
    parse: parseOptions,
    async measure(options, say) {
      const measured = await measureFresh(options, (line) => say(`${line} …`));
      const runs = [...measured.cached, ...(measured.direct ? [measured.direct] : [])];
      const isFaultless = runs.every(
        ({ stale, missing, reports, reportsPutOff, reported }) =>
          stale + missing === 0 && reported === reports - reportsPutOff,
      );
      return { table: toTable(measured), figures: toFigures(measured), isFaultless };
    },
  });

/** What `--json` prints; `cached`: of the most phones. */
function toFigures({ cached, direct, adminP99IdleMs, hotPage }: FreshMeasurement) {
  const most = cached.at(-1);
  return {
    cached: most ? rounded(most) : null,
    direct: direct ? { ...rounded(direct), adminP99IdleMs: round(adminP99IdleMs, 1) } : null,
    hotPageVsFindOne: round(hotPage.perSecond / hotPage.findOnePerSecond, 2),
  };
}

function rounded(run: FreshRun) {
  return { ...run, originPer1000: round(run.originPer1000, 3), adminP99Ms: round(run.adminP99Ms, 1) };
}

const s = (ms: number): string => `${round(ms / 1_000, 1)} s`;

/** In Markdown. */
function toTable({ cached, direct, adminP99IdleMs, hotPage }: FreshMeasurement): string {
  const heads = [
    '',
    'Phones',
    'p50',
    'p90',
    'All',
    'Stale',
    'Missing',
    '429',
    '5xx',
    'At Strapi per 1,000',
    'Say so',
    'Counted after',
    'Admin p99',
  ];
  const row = (name: string, run: FreshRun) => [
    name,
    run.phones.toLocaleString('en'),
    s(run.p50Ms),
    s(run.p90Ms),
    s(run.maxMs),
    run.stale,
    run.missing,
    run.http429,
    run.http5xx,
    round(run.originPer1000, 3),
    `${run.reported.toLocaleString('en')} of ${run.reports.toLocaleString('en')}`,
    s(run.reportedMs),
    `${round(run.adminP99Ms, 0)} ms`,
  ];
  const rows = [
    heads,
    heads.map(() => '---'),
    ...cached.map((run) => row('behind nginx', run)),
    ...(direct ? [row('no cache', direct)] : []),
  ];
  return [
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '',
    `Admin API p99 with nothing to do: ${round(adminP99IdleMs, 0)} ms.`,
    `One page of the feed: ${Math.round(hotPage.perSecond)} a second; the same article over the REST API: ` +
      `${Math.round(hotPage.findOnePerSecond)}; ${round(hotPage.perSecond / hotPage.findOnePerSecond, 1)} times as many.`,
  ].join('\n');
}
