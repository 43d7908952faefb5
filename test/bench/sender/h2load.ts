import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { providerToken } from './jwt';
import { createDevices, PAYLOAD, TOPIC, type LoadResult } from './load';
import { has, pinned, type BenchServer } from './servers';

const URIS = 5_000;

/** nghttp2's own load generator, in C: the measure of what HTTP/2 need cost. Null where it is not installed. */
export async function runH2load(server: BenchServer, key: string, pushes: number): Promise<LoadResult | null> {
  if (!has('h2load') || !has('bash')) return null;
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-h2load-'));
  const uris = createDevices()
    .slice(0, URIS)
    .map(({ token }) => `${server.origin}/3/device/${token}`);
  const [uriFile, bodyFile] = [path.join(folder, 'uris'), path.join(folder, 'body')];
  writeFileSync(uriFile, uris.join('\n'));
  writeFileSync(bodyFile, JSON.stringify(PAYLOAD));
  const headers = [
    `authorization: bearer ${await providerToken(key)}`,
    `apns-topic: ${TOPIC}`,
    'apns-push-type: background',
    'apns-priority: 5',
    `apns-expiration: ${Math.floor(Date.now() / 1000) + 86_400}`,
    `apns-id: ${createDevices()[0].apnsId}`,
  ].flatMap((header) => ['-H', header]);
  const args = ['-n', String(pushes), '-c1', '-m1000', '-t1', '-d', bodyFile, ...headers, '-i', uriFile];
  const [command, all] = pinned(1, 'h2load', args);
  const from = performance.now();
  const script = 'TIMEFORMAT="cpu %U %S"; time "$@"';
  const run = spawnSync('bash', ['-c', script, 'bash', command, ...all], { encoding: 'utf8', maxBuffer: 1e8 });
  const seconds = (performance.now() - from) / 1_000;
  rmSync(folder, { recursive: true });
  const cpu = /cpu ([\d.]+) ([\d.]+)/.exec(run.stderr);
  const succeeded = /(\d+) succeeded/.exec(run.stdout);
  if (!cpu || !succeeded) throw new Error(`h2load failed: ${run.stdout}${run.stderr}`);
  return {
    pushes,
    accepted: Number(succeeded[1]),
    seconds,
    cpuSeconds: Number(cpu[1]) + Number(cpu[2]),
    peakRssMiB: NaN,
    rssMiB: NaN,
    loopDelayP99Ms: NaN,
  };
}
