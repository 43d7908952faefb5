import os from 'node:os';
import { candidates, findServers } from '../integration/database-servers';
import { toFigures, toTables, type Figures, type Measured } from './figures';
import { measure } from './measure';
import { BENCH_DATABASES, HELP, parseOptions, type BenchDatabase } from './options';
import { measureScale } from './scale';
import { runBenchmark } from './run-benchmark';
import { round } from './statistics';

export const benchDelivery = (args: string[]) =>
  runBenchmark(args, {
    help: HELP,
    parse: parseOptions,
    async measure(options, say) {
      say(`${machine()}.`);
      const servers = await findServers();
      const measurements = new Map<BenchDatabase, Measured>();
      for (const database of options.databases) {
        if (database === 'postgres' && !servers.postgres) {
          const [{ user, host, port }] = candidates('postgres');
          say(`postgres: skipped, no server for ${user} at ${host}:${port}.`);
          continue;
        }
        const progress = (line: string) => say(`${database}: ${line} …`);
        measurements.set(database, {
          beside: await measure(database, options, progress),
          scale: await measureScale(database, options.sizes, progress),
        });
      }
      const figures = Object.fromEntries(
        BENCH_DATABASES.map((database): [BenchDatabase, Figures | null] => {
          const measurement = measurements.get(database);
          return [database, measurement ? toFigures(measurement) : null];
        }),
      );
      const table = `${toTables(measurements)}\n\nLoad of the machine at the end: ${load()}.`;
      const isFaultless = Object.values(figures).every((one) => !one || one.missing + one.repeated === 0);
      return { table, figures, isFaultless };
    },
  });

function machine(): string {
  const cores = os.cpus();
  const memory = round(os.totalmem() / 1_024 ** 3, 0);
  return `${cores.length} cores (${cores[0]?.model.trim()}), ${memory} GiB, Node.js ${process.version}, load ${load()}`;
}

/** Of the last one and five minutes. */
function load(): string {
  return os
    .loadavg()
    .slice(0, 2)
    .map((average) => round(average, 1))
    .join(', ');
}
