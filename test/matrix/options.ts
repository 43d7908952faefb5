import { parseArgs } from 'node:util';
import { CHECKS, type CheckName } from './checks';
import { DATABASES, EVERY_PAIR, NODES, PAIRS, type DatabaseName, type NodeRange, type Pair } from './table';

export interface MatrixOptions {
  pairs: readonly Pair[];
  checks: readonly CheckName[];
  help: boolean;
}

const DATABASE_NAMES = Object.keys(DATABASES) as DatabaseName[];

export const HELP = `npm run test:matrix -- [--node <list>] [--database <list>] [--every-pair] [--checks <list>]

Fetches each Node.js and database, runs the tests and the demo on one pair of them after the other, and prints the table
of what passed. Needs Debian (apt-get, dpkg-deb, unshare) and the npm registry; nothing is installed on the machine.

  --node        only with these: ${NODES.join(', ')}
  --database    only on these: ${DATABASE_NAMES.join(', ')}
  --every-pair  every Node.js with every database; without it, a choice in which each Node.js meets each kind of
                database and each database is met
  --checks      only these: ${CHECKS.join(', ')}
`;

/** @throws Error naming what is wrong with the arguments */
export function parseOptions(args: string[]): MatrixOptions {
  const { values } = parseArgs({
    args,
    options: {
      node: { type: 'string' },
      database: { type: 'string' },
      'every-pair': { type: 'boolean', default: false },
      checks: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const nodes: readonly NodeRange[] = chosen('node', values.node, NODES);
  const databases: readonly DatabaseName[] = chosen('database', values.database, DATABASE_NAMES);
  const checks = chosen('checks', values.checks, CHECKS);
  const asked = ({ node, database }: Pair) => nodes.includes(node) && databases.includes(database);
  // A pair that is named by both options is run whether the choice has it or not.
  const all = values['every-pair'] || (values.node && values.database) ? EVERY_PAIR : PAIRS;
  return { pairs: all.filter(asked), checks, help: values.help };
}

function chosen<T extends string>(option: string, list: string | undefined, all: readonly T[]): readonly T[] {
  if (list === undefined) return all;
  const names = list.split(',').map((name) => name.trim());
  const stranger = names.find((name) => !(all as readonly string[]).includes(name));
  if (stranger !== undefined) throw new Error(`--${option} (${stranger}) must be among ${all.join(', ')}.`);
  return all.filter((name) => names.includes(name));
}
