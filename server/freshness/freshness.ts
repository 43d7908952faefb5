import type { Knex } from 'knex';
import type { LaneFreshness, PushFreshness } from '../admin-api/contract';
import { shareCount, whereAudience } from '../devices';
import { conditionOf, fleetByState, type Condition } from './fleet';
import { readNumber } from '../store/from-db';
import type { Store } from '../store/store';
import { TABLES, type AppliedRow, type AppRow, type DeviceRow, type LaneRow, type PushRow } from '../store/tables';
import { percentileMs, type BucketCount } from './delay';
import { createNewest, newestFor, type Newest } from './newest';
import { RECENT_MS } from './recent-pushes';
import { sampleBelow } from './share';

/** How many devices hold the newest content, as they said it. */
export interface Freshness {
  /** As it was a moment ago; the more devices there are, the longer ago. */
  ofLane(laneId: number): Promise<LaneFreshness>;
  /** @param pushes those without a share asked no device, and are left out */
  ofPushes(pushes: readonly Pick<PushRow, 'id' | 'report_share'>[]): Promise<Map<number, PushFreshness>>;
}

export function createFreshness({ store }: { store: Store }): Freshness {
  const ofLanes = new Map<number, () => Promise<LaneFreshness>>();
  const newestOf = createNewest(store.knex);
  return {
    ofLane(laneId) {
      let read = ofLanes.get(laneId);
      if (!read) {
        read = shareCount(
          () => readLaneFreshness(store, newestOf, laneId),
          ({ asked }) => asked,
        );
        ofLanes.set(laneId, read);
      }
      return read();
    },

    async ofPushes(pushes) {
      const asking = pushes.filter(({ report_share: share }) => share !== null && share > 0);
      const rows = await store
        .knex<AppliedRow>(TABLES.applied)
        .whereIn(
          'push_id',
          asking.map(({ id }) => id),
        )
        .select('push_id', 'bucket', 'woken', 'others');
      return new Map(
        asking.map(({ id, report_share: share }) => {
          const own = rows.filter(({ push_id: pushId }) => pushId === id);
          const counts = own.map(({ bucket, woken, others }) => ({ bucket, count: woken + others }));
          const applied = counts.reduce((sum, { count }) => sum + count, 0);
          const woken = own.reduce((sum, row) => sum + row.woken, 0);
          return [id, { share: Number(share), applied, woken, ...percentilesOf(counts) }];
        }),
      );
    },
  };
}

async function readLaneFreshness(
  { knex, now }: Store,
  newestOf: ReturnType<typeof createNewest>,
  laneId: number,
): Promise<LaneFreshness> {
  const last = await knex<PushRow>(TABLES.pushes)
    .where({ lane_id: laneId })
    .whereNotNull('announced_at')
    .whereNotNull('report_share')
    .orderBy('id', 'desc')
    .first('report_share');
  const share = last ? Number(last.report_share) : null;
  return {
    share,
    ...(share === null ? NOBODY : await countHolders({ knex, newestOf, laneId, share, now: now() })),
    ...percentilesOf(await readDelays(knex, laneId, now() - RECENT_MS)),
    ...(await countUnwakeable(knex, laneId)),
  };
}

const NOBODY = { asked: 0, reporting: 0, fresh: 0, fleet: fleetByState([], []) };

interface Holders {
  knex: Store['knex'];
  newestOf: ReturnType<typeof createNewest>;
  laneId: number;
  share: number;
  now: number;
}

/** Of the devices that are asked: how many there are, ever answered, hold all that was announced; and each by its state. */
async function countHolders(holders: Holders): Promise<typeof NOBODY> {
  const { knex, newestOf, laneId, share, now } = holders;
  const lane = await knex<LaneRow>(TABLES.lanes).where({ id: laneId }).first('id', 'app_id', 'announced');
  if (!lane) return NOBODY;
  const app = await knex<AppRow>(TABLES.apps).where({ id: lane.app_id }).first('id', 'epoch', 'floor');
  if (!app) return NOBODY;
  const groups = toGroups(
    await asked(knex, laneId, share)
      .groupBy('locale', 'applied_epoch', 'applied_rev', 'state')
      .select('locale', 'applied_epoch', 'applied_rev', conditionOf(knex, now))
      .count({ devices: '*' }),
  );
  const newest = await newestOf(app, lane);
  const sumOf = (some: Pick<HolderGroup, 'devices'>[]) => some.reduce((sum, { devices }) => sum + devices, 0);
  const reporting = groups.filter(({ applied_rev: rev }) => rev !== null);
  const fresh = reporting.filter(
    ({ locale, applied_epoch: epoch, applied_rev: rev }) => epoch === app.epoch && rev >= newestFor(newest, locale),
  );
  const behind = await behindByTags(holders, app.epoch, newest);
  const stale = behind.filter(({ locale, applied_rev: rev }) => rev >= newestFor(newest, locale));
  const holding = [...fresh, ...stale.map((group) => ({ ...group, devices: -group.devices }))];
  return {
    asked: sumOf(groups),
    reporting: sumOf(reporting),
    fresh: sumOf(holding),
    fleet: fleetByState(groups, holding),
  };
}

/** Devices that do not hold what was announced to one of their tags. */
async function behindByTags(
  { knex, laneId, share, now }: Holders,
  epoch: string,
  { tags }: Newest,
): Promise<HolderGroup[]> {
  if (tags.length === 0) return [];
  const byRev = new Map<number, string[]>();
  for (const { tag, rev } of tags) byRev.set(rev, [...(byRev.get(rev) ?? []), tag]);
  return toGroups(
    await asked(knex, laneId, share)
      .where({ applied_epoch: epoch })
      .where('applied_rev', '<', tags[0].rev)
      .where((behind) => {
        for (const [rev, some] of byRev) {
          void behind.orWhere(
            (one) => void whereAudience(one.where('applied_rev', '<', rev), { locales: [], tags: some }),
          );
        }
      })
      .groupBy('locale', 'applied_epoch', 'applied_rev', 'state')
      .select('locale', 'applied_epoch', 'applied_rev', conditionOf(knex, now))
      .count({ devices: '*' }),
  );
}

/** A lane's devices of the sample. */
function asked(knex: Store['knex'], laneId: number, share: number): Knex.QueryBuilder {
  const devices = knex<DeviceRow>(TABLES.devices);
  const below = sampleBelow(share);
  if (below === null) return devices.where({ lane_id: laneId });
  // Without the sum SQLite would take the index of the lane, and look at all of its devices for one in a hundred.
  return devices.where('public_id', '<', below).whereRaw('?? + 0 = ?', ['lane_id', laneId]);
}

interface HolderGroup {
  locale: string | null;
  applied_epoch: string | null;
  applied_rev: number;
  state: Condition;
  devices: number;
}

function toGroups(rows: unknown): HolderGroup[] {
  return (rows as (HolderGroup & { devices: unknown })[]).map((row) => ({
    ...row,
    devices: readNumber(row.devices) ?? 0,
  }));
}

async function readDelays(knex: Store['knex'], laneId: number, since: number): Promise<BucketCount[]> {
  const recent = knex<PushRow>(TABLES.pushes).where({ lane_id: laneId }).where('created_at', '>', since).select('id');
  const rows = (await knex<AppliedRow>(TABLES.applied)
    .whereIn('push_id', recent)
    .groupBy('bucket')
    .select('bucket')
    .sum({ woken: 'woken', others: 'others' })) as { bucket: number; woken: unknown; others: unknown }[];
  return rows.map(({ bucket, woken, others }) => ({
    bucket,
    count: (readNumber(woken) ?? 0) + (readNumber(others) ?? 0),
  }));
}

function percentilesOf(counts: readonly BucketCount[]) {
  return { p50Ms: percentileMs(counts, 0.5), p90Ms: percentileMs(counts, 0.9) };
}

/** Of all devices, asked or not: those that said that iOS never wakes them. */
async function countUnwakeable(knex: Store['knex'], laneId: number) {
  const rows = await knex<DeviceRow>(TABLES.devices)
    .where({ lane_id: laneId })
    .whereIn('background_refresh', ['denied', 'restricted'])
    .groupBy('background_refresh')
    .select('background_refresh')
    .count({ devices: '*' });
  const countOf = (state: string) =>
    readNumber(rows.find(({ background_refresh: found }) => found === state)?.devices) ?? 0;
  return { denied: countOf('denied'), restricted: countOf('restricted') };
}
