import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const FOLDER = path.resolve(__dirname, '../peers');

/** Installs the other senders, once. @returns whether they are there */
export function installPeers(say: (line: string) => void): boolean {
  if (existsSync(path.join(FOLDER, 'node_modules/@parse/node-apn'))) return true;
  say('installing the peers of test/bench/peers');
  const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], {
    cwd: FOLDER,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return status === 0;
}

export function requirePeer(name: string): unknown {
  return createRequire(path.join(FOLDER, 'package.json'))(name) as unknown;
}
