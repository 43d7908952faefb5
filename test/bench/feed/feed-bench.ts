import { runBenchmark } from '../run-benchmark';
import { median, quantile, round } from '../statistics';
import { measureFirstSync, type Fetched, type FirstSync } from './first-sync';
import { HELP, parseOptions } from './options';
import { measureRelated, type RelatedLatencies } from './related';

export const benchFeed = (args: string[]) =>
  runBenchmark(args, {
    help: HELP,
    parse: parseOptions,
    async measure({ documents, owners, publishes }, say) {
      say(`fetching ${documents} articles by snapshot and over the REST API …`);
      const sync = await measureFirstSync(documents);
      say(`publishing an author whom ${owners} articles show …`);
      const related = await measureRelated(owners, publishes);
      return { table: toTable(sync, related), figures: toFigures(sync, related), isFaultless: sync.different === 0 };
    },
  });

/** What `--json` prints. */
function toFigures({ documents, snapshot, rest, different }: FirstSync, related: RelatedLatencies) {
  const { followed, alone, without, logged } = related;
  return {
    documents,
    different,
    snapshotPerSecond: Math.round(snapshot.perSecond),
    restPerSecond: Math.round(rest.perSecond),
    snapshotVsRest: round(snapshot.perSecond / rest.perSecond, 2),
    snapshotPeakMiB: Math.round(snapshot.peakMiB),
    snapshotGrowthMiB: Math.round(snapshot.peakMiB - snapshot.firstTenthMiB),
    restPeakMiB: Math.round(rest.peakMiB),
    publishP50Ms: ms({ followed, alone, without }, median),
    publishP99Ms: ms({ followed, alone, without }, (values) => quantile(values, 0.99)),
    relatedVsAlone: round(median(followed) / median(alone), 2),
    relatedVsWithout: round(median(followed) / median(without), 2),
    loggedP50Ms: Math.round(median(logged)),
  };
}

function ms<Name extends string>(lists: Record<Name, number[]>, of: (values: number[]) => number) {
  return Object.fromEntries(
    Object.entries<number[]>(lists).map(([name, values]) => [name, round(of(values), 1)]),
  ) as Record<Name, number>;
}

/** In Markdown. */
function toTable(sync: FirstSync, related: RelatedLatencies): string {
  const fetched = (name: string, { perSecond, requests, firstTenthMiB, peakMiB }: Fetched) =>
    `| ${name} | ${Math.round(perSecond).toLocaleString('en')} | ${requests} | ${Math.round(firstTenthMiB)} | ${Math.round(peakMiB)} |`;
  const published = (name: string, values: number[]) =>
    `| ${name} | ${round(median(values), 1)} ms | ${round(quantile(values, 0.99), 1)} ms |`;
  return [
    `${sync.documents.toLocaleString('en')} articles; different: ${sync.different}.`,
    '',
    '| | Entries a second | Requests | MiB, first tenth | MiB, all |',
    '| --- | --- | --- | --- | --- |',
    fetched('snapshot', sync.snapshot),
    fetched('REST, by page', sync.rest),
    '',
    '| Publishing | p50 | p99 |',
    '| --- | --- | --- |',
    published('five relations followed', related.followed),
    published('none followed', related.alone),
    published('without the plugin', related.without),
    '',
    `Every article in the log ${Math.round(median(related.logged))} ms after the click (p50).`,
  ].join('\n');
}
