import os from 'node:os';
import { parseArgs } from 'node:util';
import { createSigningKey } from '../../simulator';
import { median, round } from '../statistics';
import { runH2load } from './h2load';
import type { ClientName, LoadOptions, LoadResult } from './load';
import { installPeers } from './peers';
import { perSecond, loopDelay, ratio, toTable, type Row, type Series } from './report';
import { runClient } from './run-client';
import { has, startCoalescing, startDelay, startNginx, startNodeServer, type BenchServer } from './servers';

const HELP = `npm run bench:sender -- [--rounds <number>] [--scale <number>] [--json]

Measures what a push costs: the plugin's sender beside a bare node:http2 loop, undici, @parse/node-apn, apns2 and
h2load (Debian: nghttp2-client), each in a process of its own, in turns, against the same server: nginx (Debian), which
answers each push by itself, and the simulator's fast mode, which answers many at once. Peers are installed into
test/bench/peers, by this command only. Without nginx, Node's own HTTP/2 server stands in.

  --rounds  how often each client runs; default 5
  --scale   multiplies the numbers of pushes; default 1, about 20 minutes
  --json    ends with one line of figures on stdout, everything else goes to stderr
`;

interface Plan {
  rounds: number;
  /** Multiplies the numbers of pushes. */
  scale: number;
  key: string;
  say(line: string): void;
}

const PEERS: readonly { client: ClientName; pushes: number; needsPeers?: true }[] = [
  { client: 'own', pushes: 300_000 },
  { client: 'nodeHttp2', pushes: 60_000 },
  { client: 'undici', pushes: 60_000 },
  { client: 'nodeApn', pushes: 60_000, needsPeers: true },
  { client: 'apns2', pushes: 30_000, needsPeers: true },
];
const H2LOAD_PUSHES = 300_000;
const STREAMS = 1_000;

/** The whole benchmark; sets the exit code. No figure makes it fail, but a push that was lost does. */
export async function benchSender(args: string[]): Promise<void> {
  process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));
  try {
    const { values } = parseArgs({
      args,
      options: {
        rounds: { type: 'string', default: '5' },
        scale: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return;
    }
    const report = values.json ? process.stderr : process.stdout;
    const say = (line: string) => void report.write(`${line}\n`);
    const plan: Plan = {
      rounds: Number(values.rounds),
      scale: Number(values.scale),
      key: createSigningKey().privateKeyPem,
      say,
    };
    const figures = await measureAll(plan, installPeers(say));
    say(`\nLoad of the machine at the end: ${load()}.`);
    if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  } catch (error) {
    process.stderr.write(`The benchmark failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

async function measureAll(plan: Plan, peersAreThere: boolean) {
  const { say } = plan;
  say(`${os.cpus().length} cores (${os.cpus()[0].model.trim()}), Node.js ${process.version}, load ${load()}`);
  const server = has('nginx') ? await startNginx() : await startNodeServer();
  if (!has('nginx')) say('nginx is not installed: Node.js answers instead, and h2load is left out.');
  try {
    const cpuRatio = await compareCpu(plan, server, peersAreThere);
    await compareCoalescing(plan, peersAreThere);
    const windowBound50ms = await windowBound(plan, server);
    await compareRoundTrips(plan, server);
    const memoryGrowthMiB = await memoryGrowth(plan, server);
    const loopDelayP99Ms = await hostDelay(plan, server);
    return { cpuRatio, windowBound50ms, memoryGrowthMiB, loopDelayP99Ms };
  } finally {
    await server.stop();
  }
}

function options(plan: Plan, server: BenchServer, client: ClientName, more: Partial<LoadOptions> = {}): LoadOptions {
  return {
    client,
    origin: server.origin,
    ca: server.ca,
    key: plan.key,
    pushes: 100_000,
    warmUp: Math.round(20_000 * plan.scale),
    streams: STREAMS,
    connections: 1,
    rate: null,
    ...more,
  };
}

/** Runs everybody in turns, round after round: what the machine does besides hits all alike. */
async function inTurns(
  plan: Plan,
  runs: readonly { name: string; run: () => Promise<LoadResult | null> }[],
): Promise<Map<string, Series>> {
  const all = new Map<string, Series>();
  for (let round = 1; round <= plan.rounds; round++) {
    plan.say(`round ${round} of ${plan.rounds}, load ${load()}`);
    for (const { name, run } of runs) {
      const result = await run();
      if (!result) continue;
      if (result.accepted !== result.pushes) {
        plan.say(`${name}: ${result.pushes - result.accepted} of ${result.pushes} pushes were not accepted`);
        if (name === 'own') process.exitCode = 1;
      }
      all.set(name, [...(all.get(name) ?? []), result]);
    }
  }
  return all;
}

const toRows = (all: ReadonlyMap<string, Series>): Row[] => [...all].map(([name, series]) => ({ name, series }));

async function compareCpu(plan: Plan, server: BenchServer, peersAreThere: boolean) {
  plan.say('\nclient CPU, no delay, one connection, 1,000 streams');
  const peers = PEERS.filter(({ client, needsPeers }) => {
    // apns2 of npm knows no other port.
    if (client === 'apns2' && !server.listensOn443) return false;
    return peersAreThere || !needsPeers;
  });
  const runs = peers.map(({ client, pushes }) => ({
    name: client as string,
    run: () => runClient(options(plan, server, client, { pushes: Math.round(pushes * plan.scale) })),
  }));
  const h2load = { name: 'h2load', run: () => runH2load(server, plan.key, Math.round(H2LOAD_PUSHES * plan.scale)) };
  const all = await inTurns(plan, has('nginx') ? [...runs, h2load] : runs);
  plan.say(toTable('Against nginx, which answers each push by itself:', toRows(all)));
  const own = all.get('own') ?? [];
  const names = ['h2load', 'nodeHttp2', 'undici', 'nodeApn', 'apns2'] as const;
  return Object.fromEntries(names.map((name) => [name, ratio(own, all.get(name))]));
}

async function compareCoalescing(plan: Plan, peersAreThere: boolean) {
  plan.say('\nclient CPU against a server that coalesces its answers');
  const server = await startCoalescing();
  try {
    const peers = PEERS.filter(({ client }) => client === 'own' || (client === 'nodeApn' && peersAreThere));
    const all = await inTurns(
      plan,
      peers.map(({ client, pushes }) => ({
        name: client,
        run: () =>
          runClient(
            options(plan, server, client, { pushes: Math.round(pushes * plan.scale * (client === 'own' ? 3 : 1)) }),
          ),
      })),
    );
    plan.say(toTable('Against the simulator’s fast mode, which answers many at once:', toRows(all)));
    plan.say(`\nours ÷ @parse/node-apn: ${ratio(all.get('own') ?? [], all.get('nodeApn')) ?? '–'}`);
  } finally {
    await server.stop();
  }
}

/** How near to the bound that the window sets: streams ÷ round trip, of one connection, and of four to that of one. */
async function windowBound(plan: Plan, server: BenchServer) {
  plan.say('\n50 ms round trip');
  const delayed = await startDelay(server, 50);
  try {
    const all = await inTurns(
      plan,
      [1, 4].map((connections) => ({
        name: connections === 1 ? 'own' : `own, ${connections} connections`,
        run: () =>
          runClient(
            options(plan, delayed, 'own', { pushes: Math.round(150_000 * connections * plan.scale), connections }),
          ),
      })),
    );
    plan.say(toTable('50 ms round trip, 1,000 streams each:', toRows(all)));
    const [one, four] = [...all.values()].map(perSecond);
    return { one: round(one / (STREAMS / 0.05), 3), four: round(four / one, 2) };
  } finally {
    await delayed.stop();
  }
}

async function compareRoundTrips(plan: Plan, server: BenchServer): Promise<void> {
  for (const roundTripMs of [20, 50]) {
    const delayed = await startDelay(server, roundTripMs);
    try {
      const all = await inTurns(
        { ...plan, rounds: Math.min(plan.rounds, 3) },
        (['own', 'nodeHttp2', 'undici'] as const).map((client) => ({
          name: client,
          run: () => runClient(options(plan, delayed, client, { pushes: Math.round(60_000 * plan.scale) })),
        })),
      );
      plan.say(toTable(`${roundTripMs} ms round trip, one connection (at most three rounds):`, toRows(all)));
    } finally {
      await delayed.stop();
    }
  }
}

/** Resident memory after a million pushes, less that after a hundred thousand. */
async function memoryGrowth(plan: Plan, server: BenchServer): Promise<number> {
  plan.say('\nmemory');
  const all = await inTurns(
    { ...plan, rounds: Math.min(plan.rounds, 3) },
    [100_000, 1_000_000].map((pushes) => ({
      name: `own, ${pushes.toLocaleString('en')} pushes`,
      run: () => runClient(options(plan, server, 'own', { pushes: Math.round(pushes * plan.scale), warmUp: 0 })),
    })),
  );
  plan.say(toTable('Memory:', toRows(all)));
  const [few, many] = [...all.values()].map((series) => median(series.map(({ peakRssMiB }) => peakRssMiB)));
  return round(many - few, 1);
}

/** What the host process feels: how late its timers are. */
async function hostDelay(plan: Plan, server: BenchServer) {
  plan.say('\nevent-loop delay');
  const all = await inTurns(plan, [
    {
      name: 'own, 15,000/s',
      run: () => runClient(options(plan, server, 'own', { pushes: Math.round(150_000 * plan.scale), rate: 15_000 })),
    },
    { name: 'own', run: () => runClient(options(plan, server, 'own', { pushes: Math.round(300_000 * plan.scale) })) },
  ]);
  plan.say(toTable('Event-loop delay of the client’s process:', toRows(all)));
  const [paced, full] = [...all.values()].map(loopDelay);
  return { paced15k: round(paced, 2), full: round(full, 2) };
}

/** Of the last one and five minutes. */
function load(): string {
  return os
    .loadavg()
    .slice(0, 2)
    .map((average) => round(average, 1))
    .join(', ');
}
