import { parseArgs } from 'node:util';
import { wholeNumber } from '../whole-number';

export interface FeedOptions {
  documents: number;
  owners: number;
  publishes: number;
  json: boolean;
  help: boolean;
}

export const HELP = `npm run bench:feed -- [--documents <number>] [--owners <number>] [--publishes <number>] [--json]

Measures on SQLite, with Strapi in processes of their own:

- a first sync: all pages of a snapshot beside all pages of the REST API, of the same articles with the same fields and
  relations, one request after the other; entries a second, and the most memory that Strapi had meanwhile;
- publishing an author whom articles show, with a trigger that follows five relations, with one that follows none, and
  without the plugin, in turns.

  --documents  published articles; default 50000
  --owners     articles that show the author; default 1000, as many as are told one by one
  --publishes  of each of the three; default 20
  --json       prints one line of figures at the end of stdout, everything else on stderr

No time makes it fail. The exit code is 1 when a snapshot is not what the REST API answers.
`;

/** @throws Error naming what is wrong with the arguments */
export function parseOptions(args: string[]): FeedOptions {
  const { values } = parseArgs({
    args,
    options: {
      documents: { type: 'string', default: '50000' },
      owners: { type: 'string', default: '1000' },
      publishes: { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    documents: wholeNumber('--documents', values.documents),
    owners: wholeNumber('--owners', values.owners),
    publishes: wholeNumber('--publishes', values.publishes),
    json: values.json,
    help: values.help,
  };
}
