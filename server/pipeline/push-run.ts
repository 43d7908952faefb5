import { createNotification, type ApnsClient } from '../apns';
import type { LaneView } from '../apps/registry';
import type { PluginConfig } from '../config';
import type { Store } from '../store/store';
import type { PushRow, ShardRow } from '../store/tables';
import { createBell } from './bell';
import { claimShard, isUnmet, type ClaimOptions } from './claim';
import { deliverShard, type Delivery, type LaneStop } from './delivery';
import { guardSums, guardTrips, tripGuard } from './guard';
import type { LaneHealth } from './lane-health';
import { createOutlet } from './outlet';
import { planShards, readPush } from './plan';

/** One push as this process works on it, until it is told to stop. */
export interface PushRun {
  readonly pushId: number;
  /** The client it sends through; another one means that the credential changed. */
  readonly client: ApnsClient;
  /** It stopped by itself, and the lane is paused for it, unless somebody has cleared that already. */
  readonly ended: boolean;
  /** There may be something new to claim. */
  wake(): void;
  /** Hands over nothing more; resolves when what was in flight is settled and every shard is given back. */
  stop(): Promise<void>;
}

export interface PushRunOptions {
  store: Store;
  config: Pick<PluginConfig, 'delivery'>;
  claims: ClaimOptions;
  lane: LaneView;
  push: PushRow;
  client: ApnsClient;
  health: LaneHealth;
  log: { warn(message: string): void; error(message: string): void };
  random: () => number;
  onLaneStop(stop: LaneStop): Promise<void>;
  onGuard(facts: { refused: number; answered: number }): Promise<void>;
  /** A shard was given back: the push may be done. */
  onShardDone(): void;
}

/** Shards held at once: while the last devices of one are answered, the next keeps the window full. */
const MOST_HELD = 4;
const POLL_MS = 1_000;
/** How long a lane keeps still after APNs said that the provider token changes too often. */
const HOLD_MS = 300_000;

export function startPushRun(options: PushRunOptions): PushRun {
  const { store, push, client, health, log } = options;
  const bell = createBell();
  const held = new Map<Delivery, ShardRow>();
  const outlet = createOutlet({ client, health, now: store.now });
  const notification = createNotification({
    topic: options.lane.bundleId,
    payload: JSON.parse(push.payload) as Record<string, unknown>,
    expiresAt: push.expires_at,
  });
  let stopped = false;
  let tripping = false;
  let ended = false;

  function halt(): void {
    stopped = true;
    for (const delivery of held.keys()) delivery.stop();
    bell.ring();
  }

  async function onRefusals(): Promise<void> {
    if (push.guard === 0 || tripping) return;
    // Whoever tripped it may have died before the lane was paused: it trips again. Once every device was met, it is a
    // push that was resumed to finish its retries.
    if (push.guard_tripped === 1 && push.announced_at !== null) return;
    const sums = await guardSums(store.knex, push.id);
    if (!guardTrips(sums)) return;
    tripping = true;
    push.guard_tripped = 1;
    halt();
    try {
      if (!(await tripGuard(store, push))) return;
      await options.onGuard({ refused: sums.refusals, answered: sums.answers });
    } finally {
      ended = true;
    }
  }

  function begin(shard: ShardRow): Delivery {
    const delivery = deliverShard({
      store,
      outlet,
      push,
      shard,
      notification,
      owner: options.claims.owner,
      leaseMs: options.claims.leaseMs,
      retry5xxAfterMs: options.config.delivery.retry5xxAfterMs,
      random: options.random,
      log,
      onRefusals,
      onHold: () => health.hold(HOLD_MS, store.now()),
      onLaneStop(stop) {
        if (stopped) return;
        halt();
        options
          .onLaneStop(stop)
          .catch((error: unknown) => log.error(`lane not paused: ${String(error)}`))
          .finally(() => {
            ended = true;
          });
      },
    });
    held.set(delivery, shard);
    void delivery.done.then(() => {
      held.delete(delivery);
      bell.ring();
      options.onShardDone();
    });
    return delivery;
  }

  /** @returns whether there was something to do */
  async function step(): Promise<boolean> {
    if (held.size >= MOST_HELD) return false;
    const shard = await claimShard(options.claims, push);
    if (shard) {
      const delivery = begin(shard);
      if (stopped) delivery.stop();
      await delivery.fed;
      // What the canary's answers mean is known only when they are written down.
      if (shard.canary === 1 && isUnmet(shard)) await delivery.done;
      return true;
    }
    return push.planned_to < push.hi && (await plan());
  }

  async function plan(): Promise<boolean> {
    const added = await planShards(store, push, options.config.delivery.shardSize);
    const now = await readPush(store, push.id);
    if (now) push.planned_to = now.planned_to;
    return added > 0;
  }

  async function run(): Promise<void> {
    while (!stopped) {
      let busy = false;
      try {
        busy = await step();
      } catch (error) {
        log.warn(`push ${push.id}: ${error instanceof Error ? error.message : String(error)}; will try again`);
      }
      if (!busy && !stopped) await bell.wait(POLL_MS);
    }
    await Promise.all([...held.keys()].map(({ done }) => done));
  }

  const running = run();
  return {
    pushId: push.id,
    client,
    get ended() {
      return ended;
    },
    wake: () => bell.ring(),
    async stop() {
      halt();
      await running;
    },
  };
}
