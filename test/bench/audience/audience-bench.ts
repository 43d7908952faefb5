import type { Database } from '../../integration/databases';
import { candidates, findServers } from '../../integration/database-servers';
import { runBenchmark } from '../run-benchmark';
import { round } from '../statistics';
import { HELP, parseOptions } from './options';
import { measureAudience, type AudienceResult } from './run';

const NAMES: Readonly<Record<Database, string>> = { sqlite: 'SQLite', postgres: 'PostgreSQL', mysql: 'MariaDB' };

export const benchAudience = (args: string[]) =>
  runBenchmark(args, {
    help: HELP,
    parse: parseOptions,
    async measure({ databases, devices }, say) {
      const servers = await findServers();
      const results = new Map<Database, AudienceResult>();
      for (const database of databases) {
        if (database !== 'sqlite' && !servers[database]) {
          const [{ user, host, port }] = candidates(database);
          say(`${database}: skipped, no server for ${user} at ${host}:${port}.`);
          continue;
        }
        results.set(database, await measureAudience(database, devices, (line) => say(`${database}: ${line} …`)));
      }
      const figures = Object.fromEntries([...results].map(([database, result]) => [database, toFigures(result)]));
      const isFaultless = [...results.values()].every((one) => one.wrong + one.missing + one.repeated === 0);
      return { table: toTable(results), figures, isFaultless };
    },
  });

function toFigures({ parts, wrong, missing, repeated }: AudienceResult) {
  return {
    parts: parts.map(({ part, devices, findMs, pushMs }) => ({
      part,
      devices,
      findMs: round(findMs, 0),
      pushMs: round(pushMs, 0),
    })),
    findRatio: round(ratioOf(parts, 'findMs'), 2),
    pushRatio: round(ratioOf(parts, 'pushMs'), 2),
    wrong,
    missing,
    repeated,
  };
}

/** The time per device of the audience, of 1 % against 10 %: 1 where it depends on nothing else. */
function ratioOf([small, large]: AudienceResult['parts'], what: 'findMs' | 'pushMs'): number {
  return small[what] / small.devices / (large[what] / large.devices);
}

function toTable(results: ReadonlyMap<Database, AudienceResult>): string {
  const lines = [...results].flatMap(([database, result]) => [
    ...result.parts.map(({ part, devices, findMs, pushMs }) =>
      row(NAMES[database], part, devices, round(findMs, 0), round(pushMs, 0), ''),
    ),
    row(
      NAMES[database],
      '1 % against 10 %, per device',
      '',
      round(ratioOf(result.parts, 'findMs'), 2),
      round(ratioOf(result.parts, 'pushMs'), 2),
      `${result.wrong} wrong, ${result.missing} missing, ${result.repeated} twice`,
    ),
  ]);
  const head = ['database', 'audience', 'devices', 'found in, ms', 'pushed in, ms', 'faults'];
  return [row(...head), row(...head.map(() => '---')), ...lines].join('\n');
}

const row = (...cells: (string | number)[]): string => `| ${cells.join(' | ')} |`;
