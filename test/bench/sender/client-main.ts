import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openApns2 } from './clients/apns2';
import { openNodeApn } from './clients/node-apn';
import { openNodeHttp2 } from './clients/node-http2';
import { openOwn } from './clients/own';
import { openUndici } from './clients/undici';
import type { ClientName, LoadClient, LoadOptions, LoadResult, Pace } from './load';

const CLIENTS: Record<ClientName, (options: LoadOptions) => LoadClient | Promise<LoadClient>> = {
  own: openOwn,
  nodeHttp2: openNodeHttp2,
  undici: openUndici,
  nodeApn: openNodeApn,
  apns2: openApns2,
};
const MEBIBYTE = 1_048_576;

function createSendRate(rate: number): Pace {
  const from = performance.now();
  return { due: () => Math.floor(((performance.now() - from) / 1_000) * rate) };
}

/** One run in this process: the last line on stdout is its result. */
async function main(): Promise<void> {
  const options = JSON.parse(process.argv[2]) as LoadOptions;
  const client = await CLIENTS[options.client](options);
  await client.send(1, null);
  if (options.warmUp > 0) await client.send(options.warmUp, null);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const cpuBefore = process.cpuUsage();
  const from = performance.now();
  const accepted = await client.send(options.pushes, options.rate === null ? null : createSendRate(options.rate));
  const seconds = (performance.now() - from) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  delay.disable();
  global.gc?.();
  const result: LoadResult = {
    pushes: options.pushes,
    accepted,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    peakRssMiB: process.resourceUsage().maxRSS / 1_024,
    rssMiB: process.memoryUsage().rss / MEBIBYTE,
    loopDelayP99Ms: delay.percentile(99) / 1e6,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
