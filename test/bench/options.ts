import { parseArgs } from 'node:util';

export interface BenchOptions {
  devices: number;
  /** Measured publishes of each process, in each of the two phases. */
  publishes: number;
  /** The last line on stdout is the figures as JSON; everything else goes to stderr. */
  json: boolean;
  help: boolean;
}

export const HELP = `npm run bench:delivery -- [--devices <number>] [--publishes <number>] [--json]

Measures, on SQLite and PostgreSQL, what the plugin costs an editor and how fast a push leaves: two Strapi processes on
a database each, one with the plugin and five triggers, one without, publish in turns; first while nothing is sent,
then while a push goes out to many devices at an APNs simulator in a process of its own.

  --devices    how many the push goes to; default 100000
  --publishes  measured publishes per process and phase; default 40
  --json       prints one line of figures at the end of stdout, everything else on stderr

No time makes it fail. The exit code is 1 when a device was missed or got the push twice.
`;

/** @throws Error naming what is wrong with the arguments */
export function parseOptions(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      devices: { type: 'string', default: '100000' },
      publishes: { type: 'string', default: '40' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    devices: wholeNumber('--devices', values.devices),
    publishes: wholeNumber('--publishes', values.publishes),
    json: values.json,
    help: values.help,
  };
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${name} (${text}) must be a whole number from 1 on.`);
  return number;
}
