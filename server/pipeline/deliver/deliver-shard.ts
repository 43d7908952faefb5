import { DeliveryEntry, type DeviceToSend, decide, createCheckpointer, type Checkpointer } from '../outcomes';
import { canaryOf, isUnmet, whereShard } from '../push';
import type { Knex } from 'knex';
import { apnsIdOf, DeviceTokenError, type Notification, type Outcome } from '../../apns';
import type { LaneRefusal } from '../../apps/probation';
import { hashToken, parseAudience, readMembers, type AudienceFilter } from '../../devices';
import { fromDb } from '../../store/from-db';
import type { Client, Store } from '../../store/store';
import { TABLES, type DeviceRow, type PushRow, type RetryRow, type ShardRow } from '../../store/tables';
import { failpoint } from '../failpoint';
import type { SendWindow } from './send-window';
import type { EventLoopShare } from './event-loop-share';

export interface DeliveryOptions {
  store: Store;
  sendWindow: SendWindow;
  loopShare: EventLoopShare;
  /** The push as this process knows it now. */
  push: () => Readonly<PushRow>;
  shard: ShardRow;
  notification: Notification;
  owner: string;
  leaseMs: number;
  retry5xxAfterMs: number;
  random: () => number;
  log: { warn(message: string): void };
  /** Called once, when an answer says that the whole lane must stop. */
  onLaneStop(refusal: LaneRefusal): void;
  /** Called when an answer says that the lane must wait. */
  onHold(): void;
  /** Awaited before the shard is given back: until what `onLaneStop` told is written down, nobody else may claim it. */
  beforeRelease(): Promise<void>;
  /** Called after each checkpoint with acceptances in it. */
  onAcceptance(): void;
  /** Called after each checkpoint with refusals in it. */
  onRefusals(): Promise<void>;
}

export interface Delivery {
  /** Resolves when everything is settled and the shard was given back; rejects then with what went wrong before. */
  readonly done: Promise<void>;
  /** Sends nothing more; what is in flight may still be answered. */
  stop(): void;
}

/** Devices read at once. On SQLite reading them holds up the event loop; elsewhere each statement has its price. */
const PAGE: Readonly<Record<Client, number>> = { sqlite: 500, postgres: 1_000, mysql: 1_000 };

/**
 * Delivers one claimed shard: its devices in order of id, or, when all of them were met, its retries that are due.
 * The window is kept full by handing over as fast as there is room; the checkpointer writes down what was answered.
 */
export function deliverShard(options: DeliveryOptions): Delivery {
  const { store, sendWindow, loopShare, shard, notification } = options;
  const push = options.push();
  const abort = new AbortController();
  const checkpointer: Checkpointer = createCheckpointer({ ...options, stop: () => abort.abort() });
  const pageSize = PAGE[store.client];
  const again: DeliveryEntry[] = [];
  let inFlight = 0;
  let wake: (() => void) | undefined;

  function answered(entry: DeliveryEntry, outcome: Outcome): void {
    sendWindow.answered(outcome);
    const decision = decide(outcome, entry, {
      now: store.now(),
      retry5xxAfterMs: options.retry5xxAfterMs,
      othersAccepted: options.push().first_accepted_at !== null,
      random: options.random,
    });
    if (decision.kind === 'stop') {
      abort.abort();
      checkpointer.decided(entry, decision.retry);
      options.onLaneStop(decision.refusal);
    } else if (decision.kind === 'again' || decision.kind === 'hold') {
      if (decision.kind === 'again') entry.immediate++;
      else options.onHold();
      again.push(entry);
    } else {
      checkpointer.decided(entry, decision);
    }
    inFlight--;
    wake?.();
  }

  /** APNs counts whole seconds: sent later, the push would leave with an expiration in the past. */
  const sendUntil = notification.expiration * 1_000;
  const stopped = () => abort.signal.aborted || !checkpointer.maySend() || store.now() >= sendUntil;

  const mustWait = () => loopShare.over() || sendWindow.room() <= 0;

  /**
   * Waits until one more may be handed over, which is a promise no device should cost: look at `mustWait` first, and
   * again afterwards, because another shard may have taken the room.
   *
   * @returns false when nothing more may be handed over
   */
  async function ready(): Promise<boolean> {
    while (!stopped() && mustWait()) {
      if (loopShare.over()) await loopShare.pass();
      else await sendWindow.ready(abort.signal);
    }
    return !stopped();
  }

  function handOver(entry: DeliveryEntry): void {
    entry.sentAt = store.now();
    try {
      sendWindow.send(entry);
      inFlight++;
    } catch (error) {
      if (!(error instanceof DeviceTokenError)) throw error;
      // No app registers one, but whoever writes to the table may: it must not hold up the devices behind it.
      checkpointer.decided(entry, { kind: 'rejected', status: 400, reason: 'BadDeviceToken', suspect: true });
    }
  }

  async function resend(): Promise<void> {
    while (again.length > 0 && !stopped()) {
      if (mustWait()) await ready();
      else handOver(again.shift() as DeliveryEntry);
    }
  }

  const entryOf = (device: DeviceToSend, retry: RetryRow | null) =>
    new DeliveryEntry(notification, apnsIdOf(push.uuid, device.id), device, retry, answered);

  async function scan(): Promise<void> {
    const audience = parseAudience(push.audience);
    let after = shard.cursor;
    while (after < shard.hi && !stopped()) {
      await loopShare.share();
      const page = await readDevices(store.knex, push, shard, audience, { after, limit: pageSize });
      for (const device of page.members) {
        const entry = entryOf(device, null);
        checkpointer.met(entry);
        // Apple lowers the stream limit after a refused token: such devices go last, when they slow nobody down.
        if (device.refusals > 0 || device.gone_at !== null) {
          const dueAt = store.now();
          checkpointer.decided(entry, { kind: 'retry', cause: 'suspect', attempts: 0, reason: null, dueAt });
          continue;
        }
        while (mustWait()) if (!(await ready())) return;
        if (stopped()) return;
        handOver(entry);
        failpoint('mid-page');
      }
      await resend();
      after = page.upTo;
      checkpointer.scannedTo(after);
    }
  }

  async function retryDue(): Promise<void> {
    let after = 0;
    for (;;) {
      await loopShare.share();
      const page = await readRetries(store, shard.id, { after, limit: pageSize });
      for (const { retry, device } of page) {
        if (!device) {
          checkpointer.removed(retry.id);
          continue;
        }
        const entry = entryOf(device, retry);
        checkpointer.retried(entry);
        while (mustWait()) if (!(await ready())) return;
        if (stopped()) return;
        handOver(entry);
      }
      await resend();
      if (page.length < pageSize) return;
      after = page[page.length - 1].retry.id;
    }
  }

  async function drain(): Promise<void> {
    while (inFlight > 0 || (again.length > 0 && !stopped())) {
      await resend();
      if (inFlight > 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }

  /**
   * What came back to be sent again, but may not be, goes to `retries`: the cursor can pass it, and nothing that was
   * accepted above it is sent again.
   */
  function leave(): void {
    for (const entry of again.splice(0)) {
      const attempts = entry.cause === 'unsent' ? entry.attempts : 0;
      checkpointer.decided(entry, { kind: 'retry', cause: 'unsent', attempts, reason: null, dueAt: store.now() });
    }
  }

  async function deliver(): Promise<void> {
    try {
      await (isUnmet(shard) ? scan() : retryDue());
      await drain();
    } catch (error) {
      abort.abort();
      await drain();
      throw error;
    } finally {
      leave();
      await options.beforeRelease();
      await checkpointer.close();
    }
  }

  const done = deliver();
  return { done, stop: () => abort.abort() };
}

async function readDevices(
  knex: Knex,
  push: Readonly<PushRow>,
  shard: ShardRow,
  audience: AudienceFilter,
  { after, limit }: { after: number; limit: number },
): Promise<{ members: DeviceToSend[]; upTo: number }> {
  const narrow = (devices: Knex.QueryBuilder) =>
    whereShard(devices.select('id', 'token', 'accepted', 'refusals', 'gone_at'), push, shard);
  const canary = canaryOf(push);
  const among = shard.canary === 1 && canary.size > 0 ? [...canary] : undefined;
  const stretch = { after, upTo: shard.hi, limit, among };
  return readMembers(knex, { laneId: push.lane_id, audience }, stretch, narrow);
}

async function readRetries(
  { knex, now }: Store,
  shardId: number,
  { after, limit }: { after: number; limit: number },
): Promise<{ retry: RetryRow; device: DeviceToSend | null }[]> {
  const retries = await knex<RetryRow>(TABLES.retries)
    .where({ shard_id: shardId })
    .where('due_at', '<=', now())
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit);
  const devices = (await knex<DeviceRow>(TABLES.devices)
    .whereIn(
      'id',
      retries.map((retry) => retry.device_id),
    )
    .select('id', 'token', 'accepted', 'refusals', 'gone_at')) as DeviceToSend[];
  const byId = new Map(devices.map((device) => [device.id, device]));
  return retries.map((row) => {
    const device = byId.get(row.device_id);
    return { retry: fromDb(row), device: device && hashToken(device.token) === row.token_hash ? device : null };
  });
}
