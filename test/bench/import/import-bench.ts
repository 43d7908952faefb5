import type { Database } from '../../integration/databases';
import { candidates, findServers } from '../../integration/database-servers';
import { runBenchmark } from '../run-benchmark';
import { median, quantile, round } from '../statistics';
import { writeDeviceFile } from './file';
import { HELP, parseOptions, type ImportOptions } from './options';
import { measureImport, type ImportResult, type Move } from './run';

const NAMES: Readonly<Record<Database, string>> = { sqlite: 'SQLite', postgres: 'PostgreSQL', mysql: 'MariaDB' };

type Say = (line: string) => void;

export const benchImport = (args: string[]) =>
  runBenchmark(args, {
    help: HELP,
    parse: parseOptions,
    async measure(options, say) {
      const results = await measureAll(options, say);
      const figures = Object.fromEntries([...results].map(([database, result]) => [database, toFigures(result)]));
      const isFaultless = [...results.values()].every(({ lost, accepted }) => lost === 0 && accepted === 0);
      return { table: toTable(results), figures: { lines: options.lines, ...figures }, isFaultless };
    },
  });

async function measureAll(options: ImportOptions, say: Say): Promise<Map<Database, ImportResult>> {
  const servers = await findServers();
  const results = new Map<Database, ImportResult>();
  say(`writing a file of ${options.lines} lines …`);
  const file = await writeDeviceFile(options.lines);
  try {
    for (const database of options.databases) {
      if (database !== 'sqlite' && !servers[database]) {
        const [{ user, host, port }] = candidates(database);
        say(`${database}: skipped, no server for ${user} at ${host}:${port}.`);
        continue;
      }
      results.set(database, await measureImport(database, file, options, (line) => say(`${database}: ${line} …`)));
    }
  } finally {
    await file.remove();
  }
  return results;
}

function toFigures({ idle, lost, accepted, ...moves }: ImportResult) {
  return {
    import: moveFigures(moves.import, idle),
    export: moveFigures(moves.export, idle),
    idlePublishP50Ms: round(median(idle), 1),
    lost,
    wrongLinesTaken: accepted,
  };
}

function moveFigures({ lines, ms, memory, publishes }: Move, idle: number[]) {
  return {
    lines,
    seconds: round(ms / 1_000, 1),
    linesPerSecond: Math.round((lines * 1_000) / ms),
    firstTenthMiB: Math.round(memory.firstTenthMiB),
    lastTenthMiB: Math.round(memory.lastTenthMiB),
    peakMiB: Math.round(memory.peakMiB),
    publishes: publishes.length,
    publishP50Ms: round(median(publishes), 1),
    publishP99Ms: round(quantile(publishes, 0.99), 1),
    publishRatio: round(median(publishes) / median(idle), 2),
  };
}

function toTable(results: ReadonlyMap<Database, ImportResult>): string {
  const head = [
    'database',
    '',
    'lines',
    'time',
    'lines/s',
    'MiB, first tenth',
    'last tenth',
    'most',
    'publish',
    'ratio',
  ];
  const rows = [...results].flatMap(([database, result]) => {
    const { idlePublishP50Ms, ...figures } = toFigures(result);
    return (['import', 'export'] as const).map((name) => {
      const move = figures[name];
      return row(
        ...[NAMES[database], name, move.lines.toLocaleString('en'), `${move.seconds} s`],
        ...[move.linesPerSecond.toLocaleString('en'), move.firstTenthMiB, move.lastTenthMiB, move.peakMiB],
        ...[`${move.publishP50Ms} ms (${move.publishes}; idle ${idlePublishP50Ms} ms)`, move.publishRatio],
      );
    });
  });
  return [row(...head), row(...head.map(() => '---')), ...rows].join('\n');
}

const row = (...cells: (string | number)[]): string => `| ${cells.join(' | ')} |`;
