import { parseArgs } from 'node:util';
import { MANAGER_NAMES, type ManagerName } from './managers';

export interface PackageTestOptions {
  managers: readonly ManagerName[];
  help: boolean;
}

export const HELP = `npm run test:package -- [--with <manager> | --all]

Packs the plugin, installs the tarball into a clean Strapi app, starts it, registers a device and publishes. Needs the
npm registry, which the package managers are fetched from as well.

  --with  ${MANAGER_NAMES.join(', ')}; npm when nothing is said
  --all   with each, one after the other, and a table at the end
`;

/** @throws Error naming what is wrong with the arguments */
export function parseOptions(args: string[]): PackageTestOptions {
  const { values } = parseArgs({
    args,
    options: {
      with: { type: 'string' },
      all: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { with: name = 'npm', all, help } = values;
  if (all && values.with !== undefined) throw new Error('--all and --with exclude each other.');
  if (!isManager(name)) throw new Error(`--with (${name}) must be one of ${MANAGER_NAMES.join(', ')}.`);
  return { managers: all ? MANAGER_NAMES : [name], help };
}

const isManager = (name: string): name is ManagerName => (MANAGER_NAMES as string[]).includes(name);
