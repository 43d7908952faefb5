import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DIST_DIR, prepareApp } from '../integration/test-app';
import { runCommand } from './run-command';
import type { Manifest, Tarball } from './tarball';

/** Of the test app, compiled; `plugins` is the clean app's own. */
const CONFIGURATION = ['admin', 'api', 'database', 'middlewares', 'server'];
const DEPENDENCIES = [
  '@strapi/strapi',
  '@strapi/plugin-users-permissions',
  'better-sqlite3',
  'react',
  'react-dom',
  'react-router-dom',
  'styled-components',
];
const START_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 30_000;

export interface RunningApp {
  url: string;
  /** What it wrote to stdout and stderr so far. */
  log(): string;
  stop(): Promise<void>;
}

/** Writes a plain Strapi app that has the tarball among its dependencies: the test app's article type, no more. */
export function writeApp(directory: string, tarball: Tarball, manifest: Manifest): void {
  prepareApp();
  cpSync(path.join(__dirname, 'app'), directory, { recursive: true });
  for (const name of CONFIGURATION) {
    cpSync(path.join(DIST_DIR, 'config', `${name}.js`), path.join(directory, 'config', `${name}.js`));
  }
  cpSync(path.join(DIST_DIR, 'src', 'api', 'article'), path.join(directory, 'src', 'api', 'article'), {
    recursive: true,
  });
  for (const empty of ['public/uploads', '.tmp']) mkdirSync(path.join(directory, empty), { recursive: true });

  const { devDependencies, overrides } = manifest;
  const description = {
    name: 'clean-app',
    version: '0.0.0',
    private: true,
    dependencies: {
      ...Object.fromEntries(DEPENDENCIES.map((name) => [name, devDependencies[name]])),
      [manifest.name]: `file:${tarball.file}`,
    },
    // `$name` stands for the version among one's own dependencies, which an app does not have.
    overrides: Object.fromEntries(
      Object.entries(overrides).map(([name, version]) => [
        name,
        version.startsWith('$') ? devDependencies[version.slice(1)] : version,
      ]),
    ),
    strapi: { telemetryDisabled: true },
  };
  writeFileSync(path.join(directory, 'package.json'), JSON.stringify(description, null, 2));
}

export async function installApp(directory: string): Promise<void> {
  // Headers that are on the machine save node-gyp a download.
  const nodedir = existsSync('/usr/include/node') ? ['--nodedir=/usr'] : [];
  await runCommand('npm', ['install', '--no-audit', '--no-fund', ...nodedir], directory);
}

/**
 * Starts the app in production mode on a free port.
 * @throws when it ends or does not listen in time, with what it wrote
 */
export async function startApp(directory: string, config: Record<string, unknown>): Promise<RunningApp> {
  const child = fork(path.join(directory, 'start.js'), {
    cwd: directory,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'warn',
      STARTUP_BANNER: 'false',
      DATABASE_CLIENT: 'sqlite',
      DATABASE_FILENAME: path.join(directory, '.tmp', 'data.db'),
      BACKGROUND_PUSH_CONFIG: JSON.stringify(config),
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  try {
    const port = await portOf(child);
    return { url: `http://127.0.0.1:${port}`, log: () => output, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw new Error(`Strapi did not start: ${(error as Error).message}\n${output}`, { cause: error });
  }
}

async function portOf(child: ChildProcess): Promise<number> {
  const signal = AbortSignal.timeout(START_WITHIN_MS);
  const listening = once(child, 'message', { signal }) as Promise<[{ port: number }]>;
  const ended = once(child, 'exit', { signal }) as Promise<[number | null]>;
  const [first] = await Promise.race([listening, ended]);
  if (first !== null && typeof first === 'object') return first.port;
  throw new Error(`it ended with code ${first}`);
}

/** SIGTERM, as an operator stops it; SIGKILL when it does not heed. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await exited;
  clearTimeout(late);
}
