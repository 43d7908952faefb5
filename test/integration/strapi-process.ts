import { fork, type ChildProcess, type Serializable } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { openAdminSession, type AdminSession } from './admin-session';
import { createBootEnvironment, type BootOptions } from './boot-environment';
import type { TestDatabase } from './databases';
import { grantPublic } from './public-role';
import { APP, APP_DIR, prepareApp } from './test-app';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A Strapi in a process of its own, listening: to be killed, and to have several of. */
export interface StrapiProcess {
  readonly url: string;
  readonly pid: number;
  readonly database: TestDatabase;
  readonly exited: Promise<Exit>;
  /** What it wrote to stdout and stderr so far. */
  log(): string;
  admin(): Promise<AdminSession>;
  grantPublic(actions: readonly string[]): Promise<void>;
  /** Sends a message to what was preloaded into the process, and returns its next one. */
  ask(message: Serializable): Promise<unknown>;
  /** Default: SIGKILL. Resolves when the process is gone; the database stays. */
  kill(signal?: NodeJS.Signals): Promise<Exit>;
  /** SIGTERM, then drops the database unless it is the caller's. */
  stop(): Promise<void>;
}

export interface ProcessOptions extends BootOptions {
  /** Default: five minutes, ms. */
  startWithinMs?: number;
}

const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/**
 * Starts a test app as `strapi start` does and waits until it listens.
 * @throws when it ends or is not there in time, with what it wrote
 */
export async function startProcess({
  startWithinMs = 300_000,
  app = APP,
  ...options
}: ProcessOptions = {}): Promise<StrapiProcess> {
  prepareApp(app);
  const { database, env, discard } = await createBootEnvironment({ ...options, app });
  const child = fork(path.join(APP_DIR, 'start.js'), [app.dir, app.distDir], {
    cwd: app.dir,
    env: { ...process.env, ...env },
    execArgv: ['--enable-source-maps'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal });
    });
  });
  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<Exit> => {
    child.kill(signal);
    return exited;
  };

  const port = await portOf(child, exited, startWithinMs).catch(async (error: Error) => {
    await kill();
    await discard();
    throw new Error(`${error.message}\n${output}`);
  });
  const url = `http://127.0.0.1:${port}`;
  let session: Promise<AdminSession> | undefined;
  const admin = () => (session ??= openAdminSession(url));
  return {
    url,
    pid: child.pid!,
    database,
    exited,
    log: () => output,
    admin,
    grantPublic: async (actions) => grantPublic(await admin(), actions),
    async ask(message) {
      const answer = once(child, 'message') as Promise<[unknown]>;
      // A process that is dying hears nothing; `exited` tells of it.
      child.send(message, () => undefined);
      return (await answer)[0];
    },
    kill,
    async stop() {
      await kill('SIGTERM');
      await discard();
    },
  };
}

async function portOf(child: ChildProcess, exited: Promise<Exit>, withinMs: number): Promise<number> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), withinMs);
  try {
    const started = once(child, 'message', { signal: late.signal }) as Promise<[{ port: number }]>;
    const first = await Promise.race([started, exited]);
    if (Array.isArray(first)) return first[0].port;
    throw new Error(`Strapi ended before it listened (code ${first.code}, signal ${first.signal}).`);
  } catch (error) {
    if (late.signal.aborted) throw new Error(`Strapi did not listen within ${withinMs} ms.`, { cause: error });
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
