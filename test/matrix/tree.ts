import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PACKAGE_DIR } from '../demo/build-panel';
import { runCommand } from '../package/run-command';
import { sqliteDriver } from '../package/sqlite-driver';
import { cacheFolder, fingerprint } from './cache';
import type { NodeBinary } from './node-binary';

/**
 * Copies the working tree into the cache and installs its dependencies, with the SQLite driver that works on this
 * Node.js. What an earlier run installed stays while the lock file does.
 * @returns the copy's folder
 */
export async function prepareTree({ version, env }: NodeBinary): Promise<string> {
  const driver = sqliteDriver(version);
  const tree = cacheFolder('trees', `better-sqlite3-${driver}`);
  for (const name of readdirSync(tree)) {
    if (name !== 'node_modules') rmSync(path.join(tree, name), { recursive: true, force: true });
  }
  const listed = await runCommand('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], PACKAGE_DIR);
  for (const file of listed.split('\0').filter((name) => name && existsSync(path.join(PACKAGE_DIR, name)))) {
    mkdirSync(path.dirname(path.join(tree, file)), { recursive: true });
    copyFileSync(path.join(PACKAGE_DIR, file), path.join(tree, file));
  }
  const installed = path.join(tree, 'node_modules', '.installed-from');
  const lock = fingerprint(readFileSync(path.join(tree, 'package-lock.json')));
  if (!existsSync(installed) || readFileSync(installed, 'utf8') !== lock) {
    const npm = async (...args: string[]) => runCommand('npm', [...args, '--no-audit', '--no-fund'], tree, env);
    await npm('ci', '--ignore-scripts');
    await npm('install', '--ignore-scripts', '--no-save', `better-sqlite3@${driver}`);
    if (driver.startsWith('12.')) await npm('rebuild', '--build-from-source', 'better-sqlite3');
    writeFileSync(installed, lock);
  }
  return tree;
}
