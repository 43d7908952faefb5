import { createPrivateKey, randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  APNS_CHANNELS,
  apnsIdOf,
  createApnsClient,
  createNotification,
  ruleOf,
  type ApnsClient,
  type ApnsChannel,
  type ApnsClientOptions,
  type ApnsMessages,
  type Notification,
  type Outcome,
  type Push,
} from '../../../server/apns';
import { createSigningKey, startSimulator, type Simulator, type SimulatorOptions } from '../../simulator';
import { until } from '../../until';

export const KEY_ID = 'KEY4TESTS0';
export const TEAM_ID = 'TEAM4TESTS';
export const TOPIC = 'com.example.news';

/** What the senders of a test file speak HTTP/2 with; without it, the product's own. */
let createConnect: ApnsClientOptions['createConnect'];

/** Runs the scripts of a test file over another implementation: what both can tell, they must tell alike. */
export function useConnect(other: ApnsClientOptions['createConnect']): void {
  createConnect = other;
}

/** Whether the senders speak HTTP/2 with the product's own implementation, which knows more than `node:http2` tells. */
export const isOwn = (): boolean => createConnect === undefined;

const signingKey = createSigningKey();
export const CREDENTIAL = { key: createPrivateKey(signingKey.privateKeyPem), keyId: KEY_ID, teamId: TEAM_ID };
export const PROVIDER_KEY = { keyId: KEY_ID, teamId: TEAM_ID, publicKey: signingKey.publicKey };

/** A push that remembers what became of it. */
export class Sent implements Push {
  outcome: Outcome | null = null;
  settled = 0;
  handingOver = true;
  settledWhileHandedOver = false;

  constructor(
    readonly notification: Notification,
    readonly token: string,
    readonly apnsId: string,
  ) {}

  settle(outcome: Outcome): void {
    this.outcome = outcome;
    this.settled++;
    this.settledWhileHandedOver ||= this.handingOver;
  }
}

/** A message, and the channel that it came on. */
export type SenderEvent = { [Name in ApnsChannel]: { type: Name } & ApnsMessages[Name] }[ApnsChannel];

/** A client, and all that was handed to it. */
export interface Sender {
  readonly client: ApnsClient;
  /** What it published on `diagnostics_channel`. */
  readonly events: SenderEvent[];
  readonly sent: Sent[];
  /** Hands over so many pushes to devices of their own, as room allows. */
  push(count: number): Promise<Sent[]>;
  /** Hands over once more, under the same id, what came back unsent; until nothing does. */
  deliver(count: number): Promise<void>;
  /** Resolves when every push handed over so far has its outcome. */
  settled(): Promise<void>;
  /** How many ended in each way: `accepted`, `unsent goaway`, `rejected 410 Unregistered` … */
  tally(): Record<string, number>;
}

const closers: (() => Promise<void>)[] = [];

/** To be called in `afterEach`. Clients first: nobody wants to see them reconnect. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

export function closeLater(close: () => Promise<unknown>): void {
  closers.push(async () => void (await close()));
}

export async function startApns(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator({ keys: [PROVIDER_KEY], ...options });
  closeLater(() => simulator.close());
  return simulator;
}

/** Hears all that the client with this name publishes, until the test is over. */
function hear(lane: string, onEvent?: () => void): SenderEvent[] {
  const events: SenderEvent[] = [];
  for (const [type, channel] of Object.entries(APNS_CHANNELS)) {
    const listener = (message: unknown) => {
      const event = { type, ...(message as object) } as SenderEvent;
      if (event.lane !== lane) return;
      events.push(event);
      onEvent?.();
    };
    subscribe(channel, listener);
    closeLater(() => Promise.resolve(unsubscribe(channel, listener)));
  }
  return events;
}

let tokens = 0;
let lanes = 0;

export interface SenderOptions extends Partial<ApnsClientOptions> {
  origin: string;
  /** Called after each of its events. */
  onEvent?: () => void;
}

export function createSender({ onEvent, ...options }: SenderOptions): Sender {
  const lane = `lane ${++lanes}`;
  const events = hear(lane, onEvent);
  const client = createApnsClient({
    ca: null,
    credential: CREDENTIAL,
    connections: 1,
    streams: 1_000,
    // Only a test of it may reach it: a busy machine answers late.
    requestTimeoutMs: 60_000,
    proxy: null,
    backOff: { firstMs: 20, longestMs: 100 },
    createConnect,
    lane,
    ...options,
  });
  closeLater(() => client.close(0));
  const notification = createNotification({
    topic: TOPIC,
    payload: { content: { v: 1, epoch: 'test', since: 1, rev: 2 } },
    expiresAt: (options.now ?? Date.now)() + 3_600_000,
  });
  const uuid = randomUUID();
  const sent: Sent[] = [];
  let ids = 0;

  async function handOver(push: Sent): Promise<void> {
    while (client.room === 0) {
      if (client.state.kind === 'closed') throw new Error('The client is closed.');
      await client.ready();
    }
    sent.push(push);
    client.send(push);
    push.handingOver = false;
  }

  const sender: Sender = {
    client,
    events,
    sent,
    async push(count) {
      const from = sent.length;
      for (let i = 0; i < count; i++) {
        await handOver(new Sent(notification, (++tokens).toString(16).padStart(64, '0'), apnsIdOf(uuid, ++ids)));
      }
      return sent.slice(from);
    },
    async deliver(count) {
      await sender.push(count);
      await sender.settled();
      for (;;) {
        const unsent = sent.filter(({ outcome }) => outcome?.kind === 'unsent');
        if (unsent.length === 0) return;
        const others = sent.filter(({ outcome }) => outcome?.kind !== 'unsent');
        sent.splice(0, sent.length, ...others);
        for (const { token, apnsId } of unsent) await handOver(new Sent(notification, token, apnsId));
        await sender.settled();
      }
    },
    async settled() {
      await until(() => sent.every((push) => push.settled > 0), { what: 'every push to be settled' });
    },
    tally() {
      const counts: Record<string, number> = {};
      for (const { outcome } of sent) {
        const name = nameOf(outcome);
        counts[name] = (counts[name] ?? 0) + 1;
      }
      return counts;
    },
  };
  return sender;
}

function nameOf(outcome: Outcome | null): string {
  if (outcome === null) return 'pending';
  if (outcome.kind === 'accepted') return 'accepted';
  if (outcome.kind === 'rejected') return `rejected ${outcome.status} ${outcome.reason}`.trim();
  return `${outcome.kind} ${outcome.cause}`;
}

/** What the client asks again by itself, with another provider token. */
const isAskedAgain = ({ status, reason }: { status: number | null; reason: string | null }): boolean =>
  status !== null && ['reauth', 'stop'].includes(ruleOf(status, reason ?? '').class);

/** Compares the log of the simulator with the outcomes: what each test of sending ends with. */
export function expectAgreement(simulator: Simulator, ...senders: Sender[]): void {
  const sent = senders.flatMap((sender) => sender.sent);
  const logged = new Map<string, { status: number | null; reason: string | null }[]>();
  for (const { apnsId, status, reason } of simulator.log) {
    logged.set(apnsId, [...(logged.get(apnsId) ?? []), { status, reason }]);
  }
  const broken = simulator.log.filter(({ rule }) => rule !== undefined).map(({ rule }) => rule);
  expect(broken).toEqual([]);
  for (const { apnsId, outcome, settled, settledWhileHandedOver } of sent) {
    const entries = logged.get(apnsId) ?? [];
    logged.delete(apnsId);
    expect({ apnsId, settled, settledWhileHandedOver }).toEqual({ apnsId, settled: 1, settledWhileHandedOver: false });
    const answers = entries.filter((entry) => entry.status !== null && !isAskedAgain(entry));
    switch (outcome?.kind) {
      case 'accepted':
        expect({ apnsId, answers }).toEqual({ apnsId, answers: [{ status: 200, reason: null }] });
        break;
      case 'rejected':
        expect({ apnsId, last: entries.at(-1)?.status }).toEqual({ apnsId, last: outcome.status });
        break;
      case 'unsent':
        expect({ apnsId, answers }).toEqual({ apnsId, answers: [] });
        expect(entries.filter((entry) => !isAskedAgain(entry))).toEqual([]);
        break;
    }
  }
  // Nothing reached the server that was not handed over.
  expect([...logged.keys()]).toEqual([]);
}
