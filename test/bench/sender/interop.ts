import { createSigningKey } from '../../simulator';
import type { LoadOptions } from './load';
import { runClient } from './run-client';
import { has, hasTmpfs, startNghttpd, startNginx, startNodeServer, type BenchServer, type TlsVersion } from './servers';

const PUSHES = 100_000;

interface Case {
  name: string;
  /** The program that must be there. */
  program: string;
  start(): Promise<BenchServer>;
  maxTls?: TlsVersion;
}

const CASES: readonly Case[] = (['1.2', '1.3'] as const).flatMap((tls): Case[] => [
  { name: `nginx, TLS ${tls}`, program: 'nginx', start: () => startNginx({ tls }) },
  // It has no switch for the version: the client's process has one.
  { name: `nghttpd, TLS ${tls}`, program: 'nghttpd', start: startNghttpd, maxTls: tls },
  { name: `Node.js, TLS ${tls}`, program: 'node', start: () => startNodeServer(tls) },
]);

/** Pushes to other people's servers: all must be answered, none lost. Sets the exit code. */
export async function runInterop(args: string[]): Promise<void> {
  const pushes = Number(args[0] ?? PUSHES);
  const key = createSigningKey().privateKeyPem;
  if (!hasTmpfs())
    process.stdout.write('There is no tmpfs for nghttpd here: its files go to the disk, and it is slow.\n');
  for (const { name, program, start, maxTls } of CASES) {
    if (!has(program)) {
      process.stdout.write(`${name}: skipped, ${program} is not installed.\n`);
      continue;
    }
    const server = await start();
    try {
      const { origin, ca } = server;
      const options: LoadOptions = {
        client: 'own',
        origin,
        ca,
        key,
        pushes,
        warmUp: 0,
        streams: 1_000,
        connections: 2,
        rate: null,
      };
      const { accepted, seconds } = await runClient(options, maxTls === '1.2' ? ['--tls-max-v1.2'] : []);
      process.stdout.write(`${name}: ${accepted} of ${pushes} accepted in ${seconds.toFixed(1)} s.\n`);
      if (accepted !== pushes) process.exitCode = 1;
    } catch (error) {
      process.stdout.write(`${name}: failed: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    } finally {
      await server.stop();
    }
  }
}
