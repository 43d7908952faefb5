import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { TestDatabase } from '../integration/databases';
import type { Exit } from '../integration/strapi-process';
import { failpointEnvironment } from './failpoint-environment';

/** What a process is told when it starts. */
export interface EngineOrder {
  database: Pick<TestDatabase, 'client' | 'env' | 'file'>;
  /** The plugin's configuration. */
  config: object;
  /** The name under which it holds leases. */
  owner: string;
  poolMax: number;
  clockOffsetMs: number;
  /** How long after its end a process may keep itself alive before it is ended with code 9. */
  lingerMs: number;
}

export interface EngineOptions {
  database: EngineOrder['database'];
  config: object;
  /** See server/pipeline/failpoint.ts. */
  failpoint?: string;
  poolMax?: number;
  /** The clock of the database is off by so much, as far as this process sees it. */
  clockOffsetMs?: number;
  /** The clock of the host is off by so much. */
  hostClockOffsetMs?: number;
}

/** An engine in a process of its own: to be killed, stopped, and to have several of on one database. */
export interface EngineProcess {
  readonly owner: string;
  readonly pid: number;
  /** What it wrote so far. */
  log(): string;
  readonly exited: Promise<Exit>;
  /** Sends the signal, SIGKILL by default, and waits for the end of the process. */
  kill(signal?: NodeJS.Signals): Promise<Exit>;
  /** Runs a statement on its connection: what makes an SQLite file small, or read-only, is a matter of the connection. */
  run(statement: string): Promise<void>;
  /** SIGSTOP or SIGCONT. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
}

const LINGER_MS = 3_000;
const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Starts an engine. @throws when it ends before it has begun, with what it wrote */
export async function startEngine(options: EngineOptions): Promise<EngineProcess> {
  const { client, env, file } = options.database;
  const order: EngineOrder = {
    database: { client, env, file },
    config: options.config,
    owner: randomUUID(),
    poolMax: options.poolMax ?? (client === 'sqlite' ? 1 : 5),
    clockOffsetMs: options.clockOffsetMs ?? 0,
    lingerMs: LINGER_MS,
  };
  const child = fork(path.join(__dirname, 'engine-main.js'), {
    env: {
      ...process.env,
      FAULTS_ENGINE: JSON.stringify(order),
      ...failpointEnvironment(options.failpoint ?? ''),
      FAULTS_HOST_CLOCK_OFFSET_MS: String(options.hostClockOffsetMs ?? 0),
    },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal });
    });
  });
  const first = await Promise.race([once(child, 'message'), exited]);
  if (!Array.isArray(first)) throw new Error(`The engine ended before it began.\n${output}`);
  return {
    owner: order.owner,
    pid: child.pid as number,
    log: () => output,
    exited,
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      return exited;
    },
    async run(statement) {
      const ran = Promise.race([once(child, 'message'), exited]);
      child.send(statement);
      const said = await ran;
      if (!Array.isArray(said) || said[0] !== 'ran')
        throw new Error(`${statement}: ${JSON.stringify(said)}\n${output}`);
    },
    signal: (signal) => void child.kill(signal),
  };
}
