import { parseArgs } from 'node:util';
import { wholeNumber } from './whole-number';

export interface BenchOptions {
  devices: number;
  /** Devices of the pushes that nobody publishes beside, growing. */
  sizes: number[];
  /** Measured publishes of each process, in each of the two phases. */
  publishes: number;
  databases: BenchDatabase[];
  /** The last line on stdout is the figures as JSON; everything else goes to stderr. */
  json: boolean;
  help: boolean;
}

export const BENCH_DATABASES = ['sqlite', 'postgres'] as const;
export type BenchDatabase = (typeof BENCH_DATABASES)[number];

export const HELP = `npm run bench:delivery -- [--devices <number>] [--sizes <numbers>] [--publishes <number>] [--only <database>] [--json]

Measures, on SQLite and PostgreSQL, what the plugin costs an editor and how fast a push leaves: two Strapi processes on
a database each, one with the plugin and five triggers, one without, publish in turns; first while nothing is sent,
then while a push goes out to many devices at an APNs simulator in a process of its own. Then one process pushes to
fleets of growing size while nobody publishes, three times each, with the sender alone in between, and on PostgreSQL two
processes share a push.

  --devices    how many the push goes to that is published beside; default 100000
  --sizes      the growing fleets; default 10000,100000,1000000
  --publishes  measured publishes per process and phase; default 40
  --only       sqlite or postgres; default both
  --json       prints one line of figures at the end of stdout, everything else on stderr

No time makes it fail. The exit code is 1 when a device was missed or got the push twice.
`;

/** @throws Error naming what is wrong with the arguments */
export function parseOptions(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      devices: { type: 'string', default: '100000' },
      sizes: { type: 'string', default: '10000,100000,1000000' },
      publishes: { type: 'string', default: '40' },
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    devices: wholeNumber('--devices', values.devices),
    sizes: growing('--sizes', values.sizes),
    publishes: wholeNumber('--publishes', values.publishes),
    databases: databasesOf(values.only),
    json: values.json,
    help: values.help,
  };
}

function growing(name: string, text: string): number[] {
  const numbers = text.split(',').map((part) => wholeNumber(name, part));
  if (numbers.some((number, n) => n > 0 && number <= numbers[n - 1])) throw new Error(`${name} (${text}) must grow.`);
  return numbers;
}

function databasesOf(only: string | undefined): BenchDatabase[] {
  if (only === undefined) return [...BENCH_DATABASES];
  const known = BENCH_DATABASES.find((database) => database === only);
  if (!known) throw new Error(`--only (${only}) must be one of ${BENCH_DATABASES.join(', ')}.`);
  return [known];
}
