import { parseArgs } from 'node:util';
import { DATABASE_CLIENTS, type Database } from '../integration/databases';

export interface DemoOptions {
  /** Ends by itself; no panel is built. */
  once: boolean;
  /** The last line on stdout is the figures as JSON; everything else goes to stderr. */
  json: boolean;
  devices: number;
  database: Database;
  help: boolean;
}

export const HELP = `npm run demo -- [--once] [--json] [--devices <number>] [--database <client>]

Boots a Strapi and an APNs simulator on free ports, registers devices, publishes an article and watches the pushes
arrive. Then it stays, for you to look at the panel and publish more; Ctrl+C ends it.

  --once      ends by itself and builds no panel; exit code 0 only if every device got exactly one valid push, and every
              phone fetched the article
  --json      prints figures as the last line of stdout, everything else on stderr:
              devices     registered over HTTP
              accepted, rejected, unknown   outcomes, from the plugin's tables
              received    devices with a valid push, from the simulator's log
              duplicates  valid pushes beyond the first of a device, from the simulator's log
              publishMs   how long the editor's publish request took
              wallMs      from the editor's click to the last push
              fresh       phones that were woken, asked the feed, and hold the article's title
              freshMs     from the editor's click to the last of them
              reported    phones that told the plugin so, as the panel shows it
  --devices   how many register; default 1000
  --database  a new one on ${DATABASE_CLIENTS.join(', ')}; default sqlite. The servers are those of the integration tests
`;

/** @throws Error naming what is wrong with the arguments */
export function parseOptions(args: string[]): DemoOptions {
  const { values } = parseArgs({
    args,
    options: {
      once: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      devices: { type: 'string', default: '1000' },
      database: { type: 'string', default: 'sqlite' },
    },
  });
  const devices = Number(values.devices);
  if (!Number.isInteger(devices) || devices < 1 || devices > 100_000) {
    throw new Error(`--devices (${values.devices}) must be a whole number from 1 to 100000.`);
  }
  const database = DATABASE_CLIENTS.find((client) => client === values.database);
  if (!database) throw new Error(`--database (${values.database}) must be among ${DATABASE_CLIENTS.join(', ')}.`);
  return { once: values.once, json: values.json, help: values.help, devices, database };
}
