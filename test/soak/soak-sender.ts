import assert from 'node:assert';
import { createPrivateKey, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  apnsIdOf,
  createApnsClient,
  createNotification,
  type Notification,
  type Outcome,
  type Push,
} from '../../server/apns';
import { createSigningKey, startSimulatorProcess, type Behaviour, type LogEntry } from '../simulator';

const HELP = `npm run soak:sender -- [--seconds <number>]

Sends through random faults of all kinds for so long (default 600), comparing the simulator's log with the outcomes after
each round, device by device. At the end nothing may be left: no socket, no timer, no memory, and the process must exit
by itself after close().
`;
const MEBIBYTE = 1_048_576;
const PER_ROUND = 2_000;
const WARM_UP_ROUNDS = 20;
/** Of what is alive after a collection, over the whole time. */
const MAX_ALIVE_GROWTH_MIB = 10;
/** Of all that is resident, over the second half: at first the allocator settles in. */
const MAX_RESIDENT_GROWTH_MIB = 20;
const EXITS_WITHIN_MS = 10_000;
const KEY_ID = 'KEY4SOAK00';
const TEAM_ID = 'TEAM4SOAK0';

const FAULTS: readonly Behaviour[] = [
  { share: 0.05, refuse: true },
  { share: 0.02, reset: 2 },
  { share: 0.02, reset: 11 },
  { share: 0.002, hang: true },
  { share: 0.1, delayMs: 30 },
  { share: 0.05, reason: 'Unregistered' },
  { share: 0.05, reason: 'TooManyRequests' },
  { share: 0.01, reason: 'Shutdown' },
  { share: 0.05, status: 503, htmlBody: true },
  { share: 0.05, status: 400, emptyBody: true },
  { after: 300, times: 1, cut: true },
  { after: 500, times: 1, goaway: { lastStream: 'current' } },
  { after: 500, times: 1, goaway: { lastStream: 'current', twice: true, code: 2, debug: 'plain text' } },
  { after: 500, times: 1, goaway: {} },
  { after: 200, times: 1, streams: 1 },
  { after: 200, times: 1, streams: 20 },
  { after: 700, times: 1, wire: { mute: true } },
  { after: 700, times: 1, wire: { deaf: true } },
  { times: 1, wire: { splitFrames: true } },
  { connections: 'existing', reason: 'ExpiredProviderToken', after: 900 },
];

class SoakPush implements Push {
  outcome: Outcome | null = null;
  settled = 0;

  constructor(
    readonly notification: Notification,
    readonly token: string,
    readonly apnsId: string,
  ) {}

  settle(outcome: Outcome): void {
    this.outcome = outcome;
    this.settled++;
  }
}

/** MiB: what is alive, on the heap and beside it, and what the process has resident. The simulator is in another. */
function memory(): { alive: number; resident: number } {
  global.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { alive: (heapUsed + external) / MEBIBYTE, resident: rss / MEBIBYTE };
}
const resources = (): string[] =>
  process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Timeout|Immediate/.test(name));

/** The soak; sets the exit code. */
export async function soakSender(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { seconds: { type: 'string', default: '600' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const before = resources().length;
  const signing = createSigningKey();
  const simulator = await startSimulatorProcess({
    keys: [{ keyId: KEY_ID, teamId: TEAM_ID, publicKey: signing.publicKey }],
    latencyMs: 3,
  });
  const client = createApnsClient({
    origin: simulator.origin,
    ca: simulator.ca,
    credential: { key: createPrivateKey(signing.privateKeyPem), keyId: KEY_ID, teamId: TEAM_ID },
    connections: 3,
    streams: 1_000,
    requestTimeoutMs: 1_500,
    pingDeadlineMs: 1_000,
    proxy: null,
    backOff: { firstMs: 5, longestMs: 50 },
  });
  const notification = createNotification({
    topic: 'com.example.news',
    payload: { content: { v: 1, epoch: 'soak', since: 1, rev: 2 } },
    expiresAt: Date.now() + 3_600_000,
  });
  const half = Date.now() + Number(values.seconds) * 500;
  const until = Date.now() + Number(values.seconds) * 1_000;
  const tally: Record<string, number> = {};
  let rounds = 0;
  let aliveAtFirst = 0;
  let residentAtHalf = 0;
  while (Date.now() < until) {
    await simulator.clear();
    for (let faults = 1 + Math.floor(Math.random() * 3); faults > 0; faults--)
      await simulator.behave(FAULTS[Math.floor(Math.random() * FAULTS.length)]);
    const rise = setInterval(() => void simulator.behave({ now: true, streams: 500 }), 500);
    const pushes: SoakPush[] = [];
    const uuid = randomUUID();
    for (let i = 0; i < PER_ROUND; i++) {
      while (client.room === 0) await client.ready();
      const push = new SoakPush(
        notification,
        (rounds * PER_ROUND + i).toString(16).padStart(64, 'a'),
        apnsIdOf(uuid, i),
      );
      pushes.push(push);
      client.send(push);
    }
    while (pushes.some(({ outcome }) => outcome === null)) await sleep(5);
    clearInterval(rise);
    compare(await simulator.log(), pushes);
    for (const { outcome } of pushes) tally[outcome?.kind ?? 'none'] = (tally[outcome?.kind ?? 'none'] ?? 0) + 1;
    if (++rounds === WARM_UP_ROUNDS) aliveAtFirst = memory().alive;
    if (residentAtHalf === 0 && Date.now() > half) residentAtHalf = memory().resident;
  }
  const { alive, resident } = memory();
  const growth = { alive: alive - aliveAtFirst, resident: resident - residentAtHalf };
  await client.close(5_000);
  await simulator.stop();
  await sleep(1_500);
  const left = resources().length - before;
  process.stdout.write(
    `${rounds} rounds, ${JSON.stringify(tally)}; what is alive grew by ${growth.alive.toFixed(1)} MiB since round ${WARM_UP_ROUNDS}, what is resident by ${growth.resident.toFixed(1)} MiB in the second half; ${left} sockets and timers left.\n`,
  );
  const grew = growth.alive > MAX_ALIVE_GROWTH_MIB || growth.resident > MAX_RESIDENT_GROWTH_MIB;
  if (left > 0 || (rounds > WARM_UP_ROUNDS && grew)) process.exitCode = 1;
  // Does not keep the process alive: it only speaks up when something else does.
  setTimeout(() => {
    process.stderr.write(`Still alive: ${process.getActiveResourcesInfo().join(', ')}\n`);
    process.exit(1);
  }, EXITS_WITHIN_MS).unref();
}

/** Nothing accepted that the log lacks, nothing called unsent that the log has, nothing twice. */
function compare(log: readonly LogEntry[], pushes: readonly SoakPush[]): void {
  const logged = new Map<string, (number | null)[]>();
  for (const { apnsId, status, reason } of log) {
    if (status === 403 && reason === 'ExpiredProviderToken') continue;
    logged.set(apnsId, [...(logged.get(apnsId) ?? []), status]);
  }
  for (const { apnsId, outcome, settled } of pushes) {
    const statuses = logged.get(apnsId) ?? [];
    assert.strictEqual(settled, 1, `${apnsId} was settled ${settled} times`);
    assert.ok(statuses.length <= 1, `${apnsId} was taken ${statuses.length} times`);
    if (outcome?.kind === 'accepted') assert.deepStrictEqual(statuses, [200], apnsId);
    // Healed once in 20 minutes; after that it is an outcome, and left out of the log above.
    const isExpiry = outcome?.kind === 'rejected' && outcome.reason === 'ExpiredProviderToken';
    if (outcome?.kind === 'rejected' && !isExpiry) assert.deepStrictEqual(statuses, [outcome.status], apnsId);
    if (outcome?.kind === 'unsent') assert.deepStrictEqual(statuses, [], `${apnsId} ${outcome.cause}`);
  }
}
