import { startControl } from './control';
import { startSimulator, type SimulatorOptions } from './server';

/** Options of a simulator that runs as its own process: all that JSON can carry. */
export type RunOptions = Omit<SimulatorOptions, 'now' | 'onPush'> & {
  /** Port of the control API; 0, the default, takes a free one. */
  controlPort?: number;
};

/** The one line on standard output, when both servers listen. */
export interface RunAnnouncement {
  origin: string;
  /** PEM of the authority to trust. */
  ca: string;
  /** URL of the control API. */
  control: string;
}

const run = async (): Promise<void> => {
  const { controlPort, ...options } = JSON.parse(process.argv[2] ?? '{}') as RunOptions;
  const stop = (): void => process.exit(0);
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Standard input closes when the parent ends, however it ends: no simulator is left behind.
  process.stdin.on('end', stop).on('error', stop).resume();

  const simulator = await startSimulator(options);
  const control = await startControl(simulator, controlPort);
  const announcement: RunAnnouncement = { origin: simulator.origin, ca: simulator.ca, control: control.url };
  process.stdout.write(`${JSON.stringify(announcement)}\n`);
};

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
