import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LoadOptions, LoadResult } from './load';
import { pinned } from './servers';

const LONGEST_MS = 300_000;

/** Runs one client in a process of its own, on the second core. */
export async function runClient(options: LoadOptions, nodeOptions: string[] = []): Promise<LoadResult> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-client-'));
  const ca = path.join(folder, 'ca.pem');
  writeFileSync(ca, options.ca);
  const script = path.join(__dirname, 'client.js');
  const [command, args] = pinned(1, process.execPath, ['--expose-gc', ...nodeOptions, script, JSON.stringify(options)]);
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: ca },
    timeout: LONGEST_MS,
  });
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  rmSync(folder, { recursive: true });
  const line = output.trim().split('\n').pop() ?? '';
  if (code !== 0 || !line.startsWith('{')) throw new Error(`${options.client} ended with ${code}: ${output}`);
  return JSON.parse(line) as LoadResult;
}
