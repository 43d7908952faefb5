import { parseArgs } from 'node:util';
import { wholeNumber } from '../whole-number';

export interface FreshOptions {
  /** Phones behind the cache, each number once. */
  cached: number[];
  /** Phones that ask Strapi itself; 0: none. */
  direct: number;
  /** Seconds that each of hot page and `findOne` is asked for. */
  seconds: number;
  json: boolean;
  help: boolean;
}

export const HELP = `npm run bench:fresh -- [--cached <numbers>] [--direct <number>] [--seconds <number>] [--json]

Measures how soon phones hold what an editor published: publish, push through an APNs simulator, and each phone asks the
feed with content, in a process of its own; those whom the push asks say what they hold. First behind nginx as a plain cache (Debian: nginx), then without a cache, at
the pace that the plugin keeps then. Phones share connections; each makes its own request. Then it asks for one page of the
feed and for the same article over Strapi's REST API, in turns.

  --cached   phones behind the cache; default 100000,1000000
  --direct   phones without one; default 20000
  --seconds  of each side of the comparison; default 5
  --json     prints one line of figures at the end of stdout, everything else on stderr

No time makes it fail. The exit code is 1 when a phone does not hold the article, or holds another, or when
one that said that it holds it was not counted, but for those that the server told to say it later.
`;

/** @throws Error naming what is wrong with the arguments */
export function parseOptions(args: string[]): FreshOptions {
  const { values } = parseArgs({
    args,
    options: {
      cached: { type: 'string', default: '100000,1000000' },
      direct: { type: 'string', default: '20000' },
      seconds: { type: 'string', default: '5' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    cached: values.cached === '' ? [] : values.cached.split(',').map((part) => wholeNumber('--cached', part)),
    direct: wholeNumber('--direct', values.direct, 0),
    seconds: wholeNumber('--seconds', values.seconds),
    json: values.json,
    help: values.help,
  };
}
