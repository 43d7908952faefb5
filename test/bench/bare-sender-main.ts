import { randomBytes, randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  apnsIdOf,
  createApnsClient,
  createNotification,
  parseKey,
  type ApnsClient,
  type Outcome,
  type Push,
} from '../../server/apns';
import { BUNDLE_ID } from '../integration/scene';

/** What one run of the sender alone is told. */
export interface BareOrder {
  origin: string;
  ca: string;
  keyId: string;
  teamId: string;
  /** PEM. */
  key: string;
  streams: number;
  pushes: number;
  payload: Record<string, unknown>;
}

export interface BareResult {
  perSecond: number;
  cpuSecondsPer100k: number;
}

/** Pushes before the clock starts: connecting, warming up, compiling. */
const WARM_UP = 20_000;
const SLICE_MS = 1;

const makeTokens = (count: number): string[] => Array.from({ length: count }, () => randomBytes(32).toString('hex'));

/** As a delivery hands pushes over, but from memory and into a counter: what sending costs without the ledger. */
async function send(order: BareOrder, tokens: readonly string[], client: ApnsClient): Promise<void> {
  const notification = createNotification({
    topic: BUNDLE_ID,
    payload: order.payload,
    expiresAt: Date.now() + 86_400_000,
  });
  let answered = 0;
  let accepted = 0;
  let over: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (over = resolve));
  const settle = (outcome: Outcome) => {
    if (outcome.kind === 'accepted') accepted++;
    if (++answered === tokens.length) over();
  };
  const uuid = randomUUID();
  let device = 0;
  let turn = performance.now();
  for (const token of tokens) {
    while (client.room <= 0) await client.ready();
    const push: Push = { notification, token, apnsId: apnsIdOf(uuid, ++device), settle };
    client.send(push);
    if (performance.now() - turn > SLICE_MS) {
      await nextTurn();
      turn = performance.now();
    }
  }
  await done;
  const lost = tokens.length - accepted;
  if (lost > 0) throw new Error(`${lost} of ${tokens.length} pushes were not accepted.`);
}

async function main(): Promise<void> {
  const order = JSON.parse(process.argv[2]) as BareOrder;
  const { keyId, teamId } = order;
  const client = createApnsClient({
    origin: order.origin,
    ca: order.ca,
    credential: { keyId, teamId, key: parseKey(order.key) },
    connections: 1,
    streams: order.streams,
    requestTimeoutMs: 20_000,
    proxy: null,
  });
  await send(order, makeTokens(WARM_UP), client);
  const tokens = makeTokens(order.pushes);
  const cpu = process.cpuUsage();
  const from = performance.now();
  await send(order, tokens, client);
  const seconds = (performance.now() - from) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  await client.close(0);
  const result: BareResult = {
    perSecond: order.pushes / seconds,
    cpuSecondsPer100k: ((user + system) / 1e6) * (100_000 / order.pushes),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
