import { createComplaint } from '../complaint';
import type { Dispatcher } from '../dispatchers';
import {
  canaryIsOut,
  claimShard,
  listClaimable,
  type ClaimOptions,
  guardSums,
  guardTrips,
  tripGuard,
  planShards,
  readPush,
} from '../push';
import { createNotification, type ApnsClient, type Notification } from '../../apns';
import type { LaneView } from '../../apps/registry';
import type { PluginConfig } from '../../config';
import { describeError } from '../../store/database-error';
import type { Store } from '../../store/store';
import type { PushRow, ShardRow } from '../../store/tables';
import { createBell } from '../bell';
import { deliverShard, type Delivery } from './deliver-shard';
import type { LaneHealth } from './lane-health';
import { createSendWindow } from './send-window';
import type { SendRate } from './send-rate';
import { createProbeGate } from './probe-gate';
import { probeOf, type Refused } from './probe-lane';
import type { EventLoopShare } from './event-loop-share';

/**
 * How a run stands:
 *
 *   sending → halted → ended
 *
 * - `sending`: claims shards and hands their devices over.
 * - `halted`: hands over nothing more, because it was told to stop, its lane is refused, or its guard tripped; what is in
 *   flight may still be answered.
 * - `ended`: it halted by itself, and what for is written down.
 */
type RunState = 'sending' | 'halted' | 'ended';

/** One push as this process works on it, until it is told to stop. */
export interface PushRun {
  readonly pushId: number;
  /** The client it sends through; another one means that the credential changed. */
  readonly client: ApnsClient;
  /** The probe that it is; null: it sends as fast as it may. */
  readonly probe: number | null;
  /** It stopped by itself, and the lane is paused or on probation for it, unless somebody has cleared that already. */
  readonly ended: boolean;
  /** There may be something new to claim. */
  wake(): void;
  /** Works on one of its shards, if it can be claimed, until it is given back. Never rejects. */
  work(shardId: number, signal: AbortSignal): Promise<void>;
  /** Hands over nothing more; resolves when what was in flight is settled and every shard is given back. */
  stop(): Promise<void>;
}

export interface PushRunOptions {
  store: Store;
  config: Pick<PluginConfig, 'delivery'>;
  claims: ClaimOptions;
  dispatcher: Pick<Dispatcher, 'notify'>;
  lane: LaneView;
  push: Readonly<PushRow>;
  client: ApnsClient;
  health: LaneHealth;
  rate: SendRate;
  loopShare: EventLoopShare;
  log: { warn(message: string): void; error(message: string): void };
  /** See `PushRun.probe`. */
  probe: number | null;
  /** APNs answered the probe as it should. */
  onGoodAnswer(): Promise<void>;
  onRefused(refused: Refused): Promise<void>;
  onGuard(facts: GuardFacts): Promise<void>;
  /** Shards were given back and there is nothing left to claim: the push may be done. */
  onIdle(): void;
}

/** `gone`: those of the refused that took pushes before and are called gone. */
export interface GuardFacts {
  refused: number;
  answered: number;
  gone: number;
}

/** Shards asked for at once, so that one follows the other without a look at the database in between. */
const LOOK_AHEAD = 8;
const POLL_MS = 1_000;
/** How long a lane keeps still after APNs said that the provider token changes too often. */
const HOLD_MS = 300_000;
/** So many accepted before a refusal make it a new affair. */
const STEADY = 100;

/** @throws NotificationError when the push's payload breaks a rule */
export function notificationOf({ bundleId }: LaneView, push: Pick<PushRow, 'payload' | 'expires_at'>): Notification {
  return createNotification({
    topic: bundleId,
    payload: JSON.parse(push.payload) as Record<string, unknown>,
    expiresAt: push.expires_at,
  });
}

export function startPushRun(options: PushRunOptions): PushRun {
  const { store, claims, client, health, log } = options;
  /** Nobody else writes to it: what this process learns makes another one. */
  let push: Readonly<PushRow> = options.push;
  const bell = createBell();
  const inWork = new Set<Promise<void>>();
  const deliveries = new Set<Delivery>();
  const gate =
    options.probe === null ? null : createProbeGate(() => void report(options.onGoodAnswer(), 'probation not ended'));
  const sendWindow = createSendWindow({ client, health, rate: options.rate, probe: gate, now: store.now });
  const notification = notificationOf(options.lane, push);
  let state: RunState = 'sending';
  /** Something was given back since the engine was last told. */
  let news = false;
  let tripping = false;
  /** A refusal of the lane that is being written down. */
  let noting = Promise.resolve();
  const working = createComplaint((message) => log.warn(message));
  const looking = createComplaint((message) => log.warn(message));

  function halt(): void {
    if (state === 'sending') state = 'halted';
    for (const delivery of deliveries) delivery.stop();
    bell.ring();
  }

  const report = (work: Promise<void>, what: string): Promise<void> =>
    work.catch((error: unknown) => log.error(`push ${push.id}: ${what}: ${describeError(error)}`));

  /** @returns whether the push must stop: so many tokens are refused that the fault must be ours */
  async function guarded(): Promise<boolean> {
    if (push.guard === 0 || tripping) return tripping;
    // Whoever tripped it may have died before the lane was paused: it trips again. Once every device was met, it is a
    // push that was resumed to finish its retries.
    if (push.guard_tripped === 1 && push.announced_at !== null) return false;
    const sums = await guardSums(store.knex, push.id);
    if (!guardTrips(sums, push.guard_scope)) return false;
    tripping = true;
    push = { ...push, guard_tripped: 1 };
    halt();
    try {
      const { refusals: refused, answers: answered, gone } = sums;
      if (await tripGuard(store, push)) await options.onGuard({ refused, answered, gone });
    } finally {
      state = 'ended';
    }
    return true;
  }

  function begin(shard: ShardRow): Delivery {
    return deliverShard({
      store,
      sendWindow,
      loopShare: options.loopShare,
      push: () => push,
      shard,
      notification,
      owner: claims.owner,
      leaseMs: claims.leaseMs,
      retry5xxAfterMs: options.config.delivery.retry5xxAfterMs,
      random: claims.random,
      log,
      onAcceptance() {
        push = { ...push, first_accepted_at: push.first_accepted_at ?? store.now() };
      },
      onRefusals: async () => void (await guarded()),
      onHold: () => health.hold(HOLD_MS, 'token-updates'),
      onLaneStop(refusal) {
        if (state !== 'sending') return;
        halt();
        const refused = { refusal, probe: options.probe, steady: sendWindow.accepted >= STEADY };
        noting = report(options.onRefused(refused), 'refusal not written down').finally(() => {
          state = 'ended';
        });
      },
      beforeRelease: () => noting,
    });
  }

  async function work(shardId: number, signal: AbortSignal): Promise<void> {
    await options.loopShare.share();
    // What another process learnt from the canary, or from a refusal, holds here too.
    if (state !== 'sending' || (await guarded()) || (await probeOf(store, push.lane_id)) !== options.probe) return;
    const shard = await claimShard(claims, push, shardId);
    if (!shard) return;
    try {
      await deliver(shard, signal);
    } finally {
      claims.held.delete(shardId);
      news = true;
    }
  }

  /** @returns false when it threw */
  async function attempt(shardId: number, signal: AbortSignal): Promise<boolean> {
    try {
      await work(shardId, signal);
      working.recovered();
      return true;
    } catch (error) {
      working.failed(`shard ${shardId}: ${describeError(error)}; will try again`);
      return false;
    }
  }

  async function deliver(shard: ShardRow, signal: AbortSignal): Promise<void> {
    const delivery = begin(shard);
    const stop = () => delivery.stop();
    deliveries.add(delivery);
    signal.addEventListener('abort', stop);
    if (state !== 'sending' || signal.aborted) stop();
    try {
      await delivery.done;
    } finally {
      signal.removeEventListener('abort', stop);
      deliveries.delete(delivery);
    }
  }

  /** Asks for what can be claimed; cuts further shards when that is little. */
  async function look(): Promise<void> {
    const shards = await listClaimable(claims, push, LOOK_AHEAD);
    options.dispatcher.notify(shards.map((shardId) => ({ shardId, laneId: push.lane_id })));
    if (push.planned_to < push.hi && shards.length < LOOK_AHEAD && !(await canaryIsOut(store, push))) {
      if (await plan()) bell.ring();
      return;
    }
    if (shards.length > 0 || inWork.size > 0 || !news) return;
    news = false;
    options.onIdle();
  }

  /** @returns whether there is more to claim now */
  async function plan(): Promise<boolean> {
    const before = push.planned_to;
    await planShards(store, push, options.config.delivery.shardSize);
    const now = await readPush(store, push.id);
    if (now) push = { ...push, planned_to: now.planned_to };
    return push.planned_to > before;
  }

  async function run(): Promise<void> {
    while (state === 'sending') {
      try {
        await look();
        looking.recovered();
      } catch (error) {
        looking.failed(`push ${push.id}: ${describeError(error)}; will try again`);
      }
      if (state === 'sending') await bell.wait(POLL_MS);
    }
    await Promise.all(inWork);
  }

  const running = run();
  return {
    pushId: push.id,
    client,
    probe: options.probe,
    get ended() {
      return state === 'ended';
    },
    wake: () => bell.ring(),
    async work(shardId, signal) {
      const over = attempt(shardId, signal).then((succeeded) => {
        inWork.delete(over);
        // What failed is listed again by the next look. To look at once would be to try without a pause.
        if (succeeded) bell.ring();
      });
      inWork.add(over);
      await over;
    },
    async stop() {
      halt();
      await running;
    },
  };
}
