import os from 'node:os';
import { median, round } from '../statistics';
import { runH2load } from './h2load';
import type { ClientName, LoadOptions, LoadResult } from './load';
import { perSecond, loopDelay, ratio, toTable, type Row, type Series } from './report';
import { runClient } from './run-client';
import { has, startCoalescing, startDelay, startNginx, type BenchServer } from './servers';

type Part = (plan: Plan, server: BenchServer, peersAreThere: boolean) => Promise<unknown>;

/** What is measured, by its figure's name in the line of `--json`. */
export const PARTS = {
  cpuRatio: compareCpu,
  coalescingRatio: (plan, _, peersAreThere) => compareCoalescing(plan, peersAreThere),
  windowBound50ms: windowBound,
  roundTrips: compareRoundTrips,
  memoryGrowthMiB: memoryGrowth,
  loopDelayP99Ms: hostDelay,
  shareRetired: shareOfRetired,
} satisfies Record<string, Part>;

export interface Plan {
  parts: readonly (keyof typeof PARTS)[];
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
    const ours = ratio(all.get('own') ?? [], all.get('nodeApn'));
    plan.say(`\nours ÷ @parse/node-apn: ${ours ?? '–'}`);
    return ours;
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

/** The rate that is left where the server retires each connection after 1,000 streams, as a share of the undisturbed. */
async function shareOfRetired(plan: Plan, undisturbed: BenchServer) {
  if (!has('nginx')) return undefined;
  plan.say('\na server that retires each connection after 1,000 streams');
  const retiring = await startNginx({ keepaliveRequests: 1_000 });
  const shares: Record<string, number> = {};
  try {
    for (const roundTripMs of [0, 20]) {
      const direct = roundTripMs === 0;
      const [left, kept] = direct
        ? [retiring, undisturbed]
        : [await startDelay(retiring, roundTripMs), await startDelay(undisturbed, roundTripMs)];
      const run = (server: BenchServer) => () => runClient(options(plan, server, 'own', { pushes: 20_000 }));
      const all = await inTurns(plan, [
        { name: 'own, undisturbed', run: run(kept) },
        { name: 'own, retired', run: run(left) },
      ]);
      plan.say(toTable(`20,000 pushes, ${roundTripMs} ms round trip:`, toRows(all)));
      const [whole, rest] = [...all.values()].map(perSecond);
      shares[`${roundTripMs}ms`] = round(rest / whole, 2);
      if (!direct) await Promise.all([left.stop(), kept.stop()]);
    }
  } finally {
    await retiring.stop();
  }
  return shares;
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
export function load(): string {
  return os
    .loadavg()
    .slice(0, 2)
    .map((average) => round(average, 1))
    .join(', ');
}
