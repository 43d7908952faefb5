import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { APP_DIR, DIST_DIR } from '../integration/test-app';

export const PACKAGE_DIR = path.resolve(__dirname, '../..');

const SOURCES = ['server', 'admin', 'strapi-server.ts', 'strapi-admin.ts', 'package.json'];
const PACKAGE_BUILT = path.join(PACKAGE_DIR, 'dist', 'admin', 'index.js');
const PANEL_SETTINGS = path.join(APP_DIR, 'src', 'admin');
const PANEL_BUILT = path.join(DIST_DIR, 'build', 'index.html');

/** Builds the plugin's package unless its `dist` is newer than every source. @returns whether it had to */
export async function buildPackage(): Promise<boolean> {
  const newest = Math.max(...SOURCES.map((source) => newestIn(path.join(PACKAGE_DIR, source))));
  if (newestIn(PACKAGE_BUILT) > newest) return false;
  await run(PACKAGE_DIR, '@strapi/sdk-plugin/bin/strapi-plugin.js', 'build');
  return true;
}

/** Builds the test app's admin panel with the plugin in it, unless it is newer than the package and its settings. */
export async function buildPanel(): Promise<boolean> {
  if (newestIn(PANEL_BUILT) > Math.max(newestIn(PACKAGE_BUILT), newestIn(PANEL_SETTINGS))) return false;
  await run(APP_DIR, '@strapi/strapi/bin/strapi.js', 'build');
  return true;
}

/** @returns when the youngest file under it was changed, ms; 0 when there is none */
function newestIn(root: string): number {
  if (!existsSync(root)) return 0;
  if (!statSync(root).isDirectory()) return statSync(root).mtimeMs;
  return Math.max(0, ...readdirSync(root).map((name) => newestIn(path.join(root, name))));
}

async function run(cwd: string, bin: string, command: string): Promise<void> {
  // By path: the packages' `exports` do not name their own binaries.
  const script = path.join(PACKAGE_DIR, 'node_modules', bin);
  const child = spawn(process.execPath, [script, command], {
    cwd,
    env: { ...process.env, NODE_ENV: 'production', BACKGROUND_PUSH_DIR: PACKAGE_DIR },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${bin} ${command} failed in ${cwd}:\n${output}`);
}
