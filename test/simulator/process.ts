import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Behaviour } from './behaviour';
import type { LogEntry } from './log';
import type { RunAnnouncement, RunOptions } from './run';

/** A simulator in a process of its own, so that neither its work nor its memory is the measured one's. */
export interface SimulatorProcess {
  readonly origin: string;
  /** PEM of the authority to trust. */
  readonly ca: string;
  /** Pushes per device token, lower-case hex. */
  accepted(): Promise<Map<string, number>>;
  /** Every request taken since the last `clear`, oldest first. */
  log(): Promise<LogEntry[]>;
  /** Adds a behaviour, until `clear`. */
  behave(behaviour: Behaviour): Promise<void>;
  /** Forgets requests, counters and behaviours. Connections stay. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

const RUN = path.resolve(__dirname, 'run.js');

/**
 * @param options of the simulator and its control API
 * @throws {Error} when it ends before it listens, or answers a call of the control API with an error
 */
export async function startSimulatorProcess(options: RunOptions): Promise<SimulatorProcess> {
  // It ends when its standard input closes: also when this process is killed.
  const child = spawn(process.execPath, [RUN, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const first = await Promise.race([once(createInterface(child.stdout), 'line'), exited.then(() => null)]);
  if (!first) throw new Error('The simulator ended before it listened.');
  const { origin, ca, control } = JSON.parse((first as [string])[0]) as RunAnnouncement;

  const get = async <T>(route: string): Promise<T> => read(await fetch(`${control}${route}`));
  const post = async (route: string, body?: unknown): Promise<void> =>
    void (await read(await fetch(`${control}${route}`, { method: 'POST', body: JSON.stringify(body) })));

  return {
    origin,
    ca,
    accepted: async () => new Map(Object.entries(await get<Record<string, number>>('/accepted'))),
    log: async () => (await get<{ entries: LogEntry[] }>('/log')).entries,
    behave: (behaviour) => post('/behave', behaviour),
    clear: () => post('/clear'),
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function read<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw new Error(`The simulator answered ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}
