import path from 'node:path';
import { runCommand } from '../package/run-command';
import { installPackage } from './npm-package';
import type { NodeRange } from './table';

export interface NodeBinary {
  /** As it says itself, without the `v`. */
  version: string;
  /** Holds `bin/node` and, for addons to be compiled, `include/`. */
  directory: string;
  /** What makes commands run with it, and addons be compiled for it. */
  env: Record<string, string>;
}

/** Fetches the newest Node.js of the range from the npm registry. */
export async function fetchNode(range: NodeRange): Promise<NodeBinary> {
  const directory = await installPackage(`node-linux-${process.arch}@${range}`);
  const bin = path.join(directory, 'bin');
  const version = (await runCommand(path.join(bin, 'node'), ['--version'], directory)).trim().slice(1);
  const env = { PATH: `${bin}${path.delimiter}${process.env.PATH}`, npm_config_nodedir: directory };
  return { version, directory, env };
}
