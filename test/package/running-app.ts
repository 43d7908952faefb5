import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const START_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 30_000;

export interface RunningApp {
  port: number;
  /** What it wrote to stdout and stderr so far. */
  log(): string;
  stop(): Promise<void>;
}

/**
 * Starts the app in production mode on a free port.
 * @param env what its configuration reads
 * @throws when it ends or does not listen in time, with what it wrote
 */
export async function startApp(directory: string, env: Record<string, string>): Promise<RunningApp> {
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
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  try {
    return { port: await portOf(child), log: () => output, stop: () => stop(child) };
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
