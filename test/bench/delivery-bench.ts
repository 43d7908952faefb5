import os from 'node:os';
import { candidates, findServers } from '../integration/database-servers';
import { toFigures, toTables, type Figures, type Measured } from './figures';
import { measure } from './measure';
import { BENCH_DATABASES, HELP, parseOptions, type BenchDatabase } from './options';
import { measureScale } from './scale';
import { round } from './statistics';

/** The whole benchmark; sets the exit code. */
export async function benchDelivery(args: string[]): Promise<void> {
  // Ends the Strapi processes too: they are ended at the exit of this one.
  process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));
  try {
    const options = parseOptions(args);
    if (options.help) {
      process.stdout.write(HELP);
      return;
    }
    const report = options.json ? process.stderr : process.stdout;
    const say = (line: string) => void report.write(`${line}\n`);
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
    say(`\n${toTables(measurements)}\n\nLoad of the machine at the end: ${load()}.`);
    const figures = Object.fromEntries(
      BENCH_DATABASES.map((database): [BenchDatabase, Figures | null] => {
        const measurement = measurements.get(database);
        return [database, measurement ? toFigures(measurement) : null];
      }),
    );
    if (options.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
    const faultless = Object.values(figures).every((one) => !one || one.missing + one.repeated === 0);
    process.exitCode = faultless ? 0 : 1;
  } catch (error) {
    process.stderr.write(`The benchmark failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

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
