import { parseArgs } from 'node:util';
import { DATABASE_CLIENTS, type Database } from '../../integration/databases';
import { wholeNumber } from '../whole-number';

export interface ImportOptions {
  lines: number;
  publishes: number;
  databases: readonly Database[];
  /** The last line on stdout is the figures as JSON; everything else goes to stderr. */
  json: boolean;
  help: boolean;
}

export const HELP = `npm run bench:import -- [--lines <number>] [--publishes <number>] [--database <database>] [--json]

Imports a file of devices into Strapi on SQLite, PostgreSQL and MariaDB, piece by piece through the admin API as the panel
does, and exports it again, while an editor publishes one article after the other. Says how many lines a second that
makes, how much memory Strapi takes in the first and in the last tenth of them, and how long a publish takes beside it.

  --lines      of the file, of which one in a thousand is wrong; default 1000000
  --publishes  measured before anything is imported; default 30
  --database   sqlite, postgres or mysql; default all three
  --json       prints one line of figures at the end of stdout, everything else on stderr

No time makes it fail. The exit code is 1 when a device of the file is not in the export, or a wrong line was not refused.
`;

/** @throws Error naming what is wrong with the arguments */
export function parseOptions(args: string[]): ImportOptions {
  const { values } = parseArgs({
    args,
    options: {
      lines: { type: 'string', default: '1000000' },
      publishes: { type: 'string', default: '30' },
      database: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const known = DATABASE_CLIENTS.filter((database) => values.database === undefined || database === values.database);
  if (known.length === 0) {
    throw new Error(`--database (${values.database}) must be one of ${DATABASE_CLIENTS.join(', ')}.`);
  }
  return {
    lines: wholeNumber('--lines', values.lines, 10),
    publishes: wholeNumber('--publishes', values.publishes),
    databases: known,
    json: values.json,
    help: values.help,
  };
}
