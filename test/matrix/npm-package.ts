import path from 'node:path';
import { runCommand } from '../package/run-command';
import { cacheFolder, fingerprint } from './cache';

/** Installs a package of the npm registry into a folder of the cache. @returns the package's own folder */
export async function installPackage(specifier: string): Promise<string> {
  const name = specifier.slice(0, specifier.lastIndexOf('@'));
  const folder = cacheFolder('npm', fingerprint(specifier));
  await runCommand('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', specifier], folder);
  return path.join(folder, 'node_modules', name);
}
