import { canaryOf, sumCounters } from '../push';
import type { DevicePush } from '../../admin-api/contract';
import { hears, parseAudience } from '../../devices';
import { fromDb } from '../../store/from-db';
import type { Store } from '../../store/store';
import { TABLES, type DeviceRow, type FailureSampleRow, type PushRow } from '../../store/tables';
import type { RetryRow, ShardRow } from '../../store/tables';

const MOST_PUSHES = 20;

export interface DevicePushes {
  /** Newest first. */
  pushes: DevicePush[];
  /** The latest refusal of its token that is kept. */
  refusal: { reason: string; at: number } | null;
  running: ReadonlySet<number>;
}

/**
 * The latest pushes of a device's lane since it registered, with what is known of its part. Samples and retries are read
 * by push: neither has an index of devices, because no delivery needs one.
 */
export async function readDevicePushes(
  { knex }: Pick<Store, 'knex'>,
  device: DeviceRow,
  tags: readonly string[],
): Promise<DevicePushes> {
  const rows = (await knex<PushRow>(TABLES.pushes)
    .where({ lane_id: device.lane_id })
    .where('created_at', '>=', device.registered_at)
    .orderBy('id', 'desc')
    .limit(MOST_PUSHES)) as PushRow[];
  const ids = rows.map(({ id }) => id);
  const running = rows.filter(({ state }) => state === 'running').map(({ id }) => id);
  const samples = await knex<FailureSampleRow>(TABLES.failureSamples)
    .whereIn('push_id', ids)
    .where({ device_id: device.id })
    .orderBy('id', 'desc');
  const retries = await knex<RetryRow>(TABLES.retries).whereIn('push_id', ids).where({ device_id: device.id });
  const shards = (await knex<ShardRow>(TABLES.shards).whereIn('push_id', running)) as ShardRow[];
  const pushes = rows.map((row) => {
    const push = fromDb(row);
    const meant = push.hi >= device.id && hears(parseAudience(push.audience), { locale: device.locale, tags });
    const sample = samples.find(({ push_id: id }) => id === push.id);
    const retry = retries.find(({ push_id: id }) => id === push.id);
    const ofPush = shards.filter(({ push_id: id }) => id === push.id);
    return { ...shown(push), meant, ...partIn(push, { device, meant, sample, retry, shards: ofPush }) };
  });
  const [latest] = samples;
  return {
    pushes,
    refusal: latest ? { reason: latest.reason, at: Number(latest.at) } : null,
    running: new Set(running),
  };
}

const shown = ({ id, since, rev, created_at: createdAt }: PushRow) => ({ id, since, rev, createdAt });

interface Traces {
  device: Pick<DeviceRow, 'id' | 'woken_by'>;
  meant: boolean;
  sample: FailureSampleRow | undefined;
  retry: RetryRow | undefined;
  shards: ShardRow[];
}

type Part = Pick<DevicePush, 'part' | 'status' | 'reason' | 'at'>;
const NO_ANSWER = { status: null, reason: null, at: null };

function partIn(push: PushRow, { device, meant, sample, retry, shards }: Traces): Part {
  if (device.woken_by === push.id) return { ...NO_ANSWER, part: 'woken' };
  if (sample) return { part: 'refused', status: sample.status, reason: sample.reason, at: Number(sample.at) };
  if (retry) return { part: 'waiting', status: null, reason: retry.reason, at: Number(retry.due_at) };
  if (!meant) return { ...NO_ANSWER, part: 'not-met' };
  if (push.state === 'running') return { ...NO_ANSWER, ...partInRunning(push, device.id, shards) };
  if (push.ended !== 'done') return { ...NO_ANSWER, part: 'not-known' };
  return { ...NO_ANSWER, part: push.met > 0 && push.accepted === push.met ? 'accepted' : 'answered' };
}

/** A device is met once the cursor of its shard passed it. */
function partInRunning(push: PushRow, deviceId: number, shards: ShardRow[]): Pick<Part, 'part'> {
  const canary = canaryOf(push);
  const ofRange = shards.filter(({ lo, hi }) => lo < deviceId && deviceId <= hi);
  const shard = ofRange.find(({ canary: flag }) => canary.size === 0 || (flag === 1) === canary.has(deviceId));
  if (!shard || shard.cursor < deviceId) return { part: 'not-met' };
  const { accepted, met } = sumCounters([shard]);
  return { part: accepted === met ? 'accepted' : 'answered' };
}
