import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { openAdminSession, type AdminSession } from '../integration/admin-session';
import { createBootEnvironment } from '../integration/boot-environment';
import type { TestDatabase } from '../integration/databases';
import { freePort } from '../integration/free-port';
import { until } from '../until';
import type { AppCopy } from './strapi-command';

/** A `strapi develop`: a process that starts a Strapi in another one, and again in a new one when the code changes. */
export interface Develop {
  /** The process ids of the Strapis that it started, oldest first. */
  readonly begun: readonly number[];
  /** Those of them that have ended. */
  readonly ended: readonly number[];
  admin(): Promise<AdminSession>;
  /** Waits until the newest Strapi listens. */
  listens(): Promise<void>;
  stop(): Promise<void>;
}

/** What compiling the app and booting it take on a busy machine. */
const START_WITHIN_MS = 90_000;

export async function startDevelop(app: AppCopy, database: TestDatabase, config: object): Promise<Develop> {
  const { env } = await createBootEnvironment({ database, config: { ...config } });
  // One that the Strapis can have one after the other.
  const port = await freePort();
  const child = fork(
    path.join(__dirname, 'develop-main.js'),
    ['develop', '--no-watch-admin', '--no-build-admin', '--no-install-deps'],
    {
      cwd: app.directory,
      env: { ...process.env, ...env, PORT: String(port), STRAPI_TELEMETRY_DISABLED: 'true' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  const exited = once(child, 'exit');
  // Its Strapis write to the same pipes.
  const closed = once(child, 'close');
  let output = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const begun: number[] = [];
  const ended: number[] = [];
  child.on('message', (message: { begun?: number; ended?: number }) => {
    if (message.begun !== undefined) begun.push(message.begun);
    if (message.ended !== undefined) ended.push(message.ended);
  });

  const url = `http://127.0.0.1:${port}`;
  let session: Promise<AdminSession> | undefined;
  const develop: Develop = {
    begun,
    ended,
    admin: () => (session ??= openAdminSession(url)),
    async listens() {
      const answers = () =>
        fetch(`${url}/_health`).then(
          ({ ok }) => ok,
          () => false,
        );
      await until(answers, { within: START_WITHIN_MS, what: 'A Strapi that listens' });
    },
    async stop() {
      child.kill('SIGKILL');
      await exited;
      for (const pid of begun) if (!ended.includes(pid)) kill(pid);
      await closed;
    },
  };
  try {
    await develop.listens();
  } catch (error) {
    await develop.stop();
    throw new Error(`strapi develop\n${output}`, { cause: error });
  }
  return develop;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
