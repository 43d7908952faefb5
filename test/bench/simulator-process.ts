import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { RunAnnouncement, RunOptions } from '../simulator';

/** A simulator in a process of its own, so that its work is not the benchmark's. */
export interface SimulatorProcess {
  readonly origin: string;
  /** PEM of the authority to trust. */
  readonly ca: string;
  /** Pushes per device token, lower-case hex. */
  accepted(): Promise<Map<string, number>>;
  stop(): Promise<void>;
}

const RUN = path.resolve(__dirname, '../simulator/run.js');

export async function startSimulatorProcess(options: RunOptions): Promise<SimulatorProcess> {
  // It ends when its standard input closes: also when this process is killed.
  const child = spawn(process.execPath, [RUN, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const first = await Promise.race([once(createInterface(child.stdout), 'line'), exited.then(() => null)]);
  if (!first) throw new Error('The simulator ended before it listened.');
  const { origin, ca, control } = JSON.parse((first as [string])[0]) as RunAnnouncement;
  return {
    origin,
    ca,
    async accepted() {
      const response = await fetch(`${control}/accepted`);
      return new Map(Object.entries((await response.json()) as Record<string, number>));
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
