import { parseArgs } from 'node:util';
import { DATABASE_CLIENTS, type Database } from '../../integration/databases';
import { wholeNumber } from '../whole-number';

export interface AudienceOptions {
  devices: number;
  databases: readonly Database[];
  /** The last line on stdout is the figures as JSON; everything else goes to stderr. */
  json: boolean;
  help: boolean;
}

export const HELP = `npm run bench:audience -- [--devices <number>] [--database <database>] [--json]

Measures, on SQLite, PostgreSQL and MariaDB, how long a push takes whose audience is a tag: one that 1 % of the devices
have, one that 10 % have, and everybody, three times each (everybody once), to an APNs simulator that answers at once; and
how long it takes to find those devices alone, without sending.

  --devices   of the lane; default 1000000
  --database  sqlite, postgres or mysql; default all three
  --json      prints one line of figures at the end of stdout, everything else on stderr

No time makes it fail. The exit code is 1 when a device got a push that was not for it, missed one, or got one twice.
`;

/** @throws Error naming what is wrong with the arguments */
export function parseOptions(args: string[]): AudienceOptions {
  const { values } = parseArgs({
    args,
    options: {
      devices: { type: 'string', default: '1000000' },
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
    devices: wholeNumber('--devices', values.devices),
    databases: known,
    json: values.json,
    help: values.help,
  };
}
