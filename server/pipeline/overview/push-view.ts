import { sumCounters, sumReasons } from '../push';
import type { Push, PushAbout, PushDetail, PushFreshness } from '../../admin-api/contract';
import { ruleOf } from '../../apns';
import { parseAudience, whereAudience } from '../../devices';
import type { MayRead } from '../../entries';
import type { Freshness } from '../../freshness';
import type { Registry } from '../../apps/registry';
import { countRows } from '../../store/count-rows';
import { fromDb } from '../../store/from-db';
import type { Store } from '../../store/store';
import { TABLES, type Counters, type DeviceRow } from '../../store/tables';
import type { PushAbouts } from './push-abouts';
import type { FailureSampleRow, PushRow, RetryRow, ShardRow } from '../../store/tables';

export interface PushViewsOptions {
  store: Store;
  registry: Registry;
  freshness: Pick<Freshness, 'ofPushes'>;
  abouts: PushAbouts;
}

export interface PushQuery {
  page: number;
  pageSize: number;
  laneId?: number;
}

const MOST_SAMPLES = 100;
/** How long a count of a running push's devices is good enough for a progress bar. */
const ESTIMATE_MS = 15_000;

/** Whoever does not say who asks is told no titles. */
const NOBODY: MayRead = () => false;

export function createPushViews({ store, registry, freshness, abouts }: PushViewsOptions) {
  const estimates = new Map<number, { at: number; devices: number }>();

  async function estimateOf(push: Readonly<PushRow>, met: number): Promise<number> {
    if (push.state === 'finished') return met;
    const known = estimates.get(push.id);
    if (known && store.now() - known.at < ESTIMATE_MS) return Math.max(known.devices, met);
    const members = store.knex<DeviceRow>(TABLES.devices).where({ lane_id: push.lane_id }).where('id', '<=', push.hi);
    const devices = await countRows(whereAudience(members, parseAudience(push.audience)));
    estimates.set(push.id, { at: store.now(), devices });
    return Math.max(devices, met);
  }

  async function toView(
    push: Readonly<PushRow>,
    shards: readonly ShardRow[],
    fresh: PushFreshness | null,
    about: PushAbout,
  ): Promise<Push> {
    const lane = registry.laneById(push.lane_id);
    const finished = push.state === 'finished';
    const counters = finished ? pickCounters(push) : sumCounters(shards);
    if (finished) estimates.delete(push.id);
    return {
      id: push.id,
      uuid: push.uuid,
      laneId: push.lane_id,
      bundleId: lane?.bundleId ?? '',
      environment: lane?.environment ?? 'production',
      about,
      state: push.state,
      ended: push.ended,
      closing: push.closing,
      since: push.since,
      rev: push.rev,
      createdAt: push.created_at,
      expiresAt: push.expires_at,
      firstAcceptedAt: push.first_accepted_at,
      announcedAt: push.announced_at,
      finishedAt: push.finished_at,
      counters: {
        ...counters,
        waiting: finished ? 0 : await countRows(store.knex<RetryRow>(TABLES.retries).where({ push_id: push.id })),
      },
      shards: { total: shards.length, done: shards.filter(({ state }) => state === 'done').length },
      audience: parseAudience(push.audience),
      estimated: await estimateOf(push, counters.met),
      hurry: push.hurry,
      askedBy: push.asked_by,
      cancelledBy: push.cancelled_by,
      guarded: push.guard === 1,
      freshness: fresh,
    };
  }

  async function views(pushes: PushRow[], may: MayRead = NOBODY): Promise<Push[]> {
    const shards = await store.knex<ShardRow>(TABLES.shards).whereIn(
      'push_id',
      pushes.map(({ id }) => id),
    );
    const fresh = await freshness.ofPushes(pushes);
    const about = await abouts(
      pushes.map((push) => fromDb(push)),
      may,
    );
    const list: Push[] = [];
    for (const [at, push] of pushes.entries()) {
      list.push(
        await toView(
          fromDb(push),
          shards.filter((shard) => shard.push_id === push.id),
          fresh.get(push.id) ?? null,
          about[at],
        ),
      );
    }
    return list;
  }

  return {
    views,

    /** Latest first. */
    async page(query: PushQuery, may?: MayRead): Promise<{ pushes: Push[]; total: number }> {
      const all = () => {
        const pushes = store.knex<PushRow>(TABLES.pushes);
        return query.laneId === undefined ? pushes : pushes.where({ lane_id: query.laneId });
      };
      const rows = await all()
        .orderBy('id', 'desc')
        .limit(query.pageSize)
        .offset((query.page - 1) * query.pageSize);
      return { pushes: await views(rows as PushRow[], may), total: await countRows(all()) };
    },

    async detail(id: number, may?: MayRead): Promise<PushDetail | null> {
      const push = await store.knex<PushRow>(TABLES.pushes).where({ id }).first();
      if (!push) return null;
      const [view] = await views([push], may);
      const shards = await store.knex<ShardRow>(TABLES.shards).where({ push_id: id }).select('reasons');
      const reasons =
        push.state === 'finished' ? (JSON.parse(push.reasons) as Record<string, number>) : sumReasons(shards);
      return {
        ...view,
        epoch: push.epoch,
        payload: { aps: { 'content-available': 1 }, ...(JSON.parse(push.payload) as object) },
        reasons: explainReasons(reasons),
        samples: await samplesOf(store, id),
      };
    },
  };
}

export type PushViews = ReturnType<typeof createPushViews>;

function pickCounters(row: Counters): Counters {
  const { met, accepted, rejected, unknown, expired, cancelled, superseded, removed } = row;
  return { met, accepted, rejected, unknown, expired, cancelled, superseded, removed };
}

function explainReasons(sums: Record<string, number>): PushDetail['reasons'] {
  return Object.entries(sums)
    .map(([name, count]) => {
      const [status, reason = ''] = name.split(' ');
      const { meaning, remedy } = ruleOf(Number(status), reason);
      return { status: Number(status), reason, count, meaning, remedy };
    })
    .sort((a, b) => b.count - a.count);
}

async function samplesOf(store: Store, pushId: number): Promise<PushDetail['samples']> {
  const rows = await store
    .knex<FailureSampleRow>(TABLES.failureSamples)
    .where({ push_id: pushId })
    .orderBy('id')
    .limit(MOST_SAMPLES);
  const devices = await store
    .knex<DeviceRow>(TABLES.devices)
    .whereIn(
      'id',
      rows.map(({ device_id: id }) => id),
    )
    .select('id', 'public_id');
  const publicIds = new Map(devices.map(({ id, public_id: publicId }) => [id, publicId]));
  return rows.map((row) => {
    const { device_id: deviceId, status, reason, token_tail: tokenTail, at } = fromDb(row);
    return { deviceId: publicIds.get(deviceId) ?? null, status, reason, tokenTail, at };
  });
}
