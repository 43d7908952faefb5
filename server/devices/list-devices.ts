import type { Environment, Device } from '../admin-api/contract';
import type { Knex } from 'knex';
import { countRows } from '../store/count-rows';
import { fromDb, readNumber } from '../store/from-db';
import type { Store } from '../store/store';
import { TABLES, type DeviceRow } from '../store/tables';
import { beginning, whereTokenEnds } from '../store/token-tail';
import { totalOf as sumOf, type DeviceCounts } from './device-counts';
import { readTags } from './tags';
import { readTestNames, testDevicesOf } from './test-devices';
import { TOKEN_TAIL_DIGITS, tokenTail } from './token';

export interface DeviceQuery {
  /** From 1. */
  page: number;
  pageSize: number;
  laneId?: number;
  /** The beginning of a public id, or the end of a token: at most as much of it as is shown. */
  search?: string;
  /** Test devices alone. */
  test?: boolean;
}

export interface DevicePage {
  devices: Device[];
  total: number;
}

export type JoinedRow = DeviceRow & { bundle_id: string; environment: Environment };

/** One page of devices, the newest first. A million of them are neither joined nor counted for it. */
export async function listDevices(
  store: Pick<Store, 'knex' | 'client'>,
  countDevices: () => Promise<DeviceCounts>,
  query: DeviceQuery,
): Promise<DevicePage> {
  const { knex } = store;
  const ids = await idsOf(store, query);
  const rows: JoinedRow[] = await knex(`${TABLES.devices} as device`)
    .join(`${TABLES.lanes} as lane`, 'lane.id', 'device.lane_id')
    .join(`${TABLES.apps} as app`, 'app.id', 'lane.app_id')
    .whereIn('device.id', ids)
    .orderBy('device.id', 'desc')
    .select('device.*', 'lane.environment', 'app.bundle_id');
  const tags = await readTags(knex, ids);
  const names = await readTestNames(knex, ids);
  return {
    total: await totalOf(store, countDevices, query),
    devices: rows.map((row) => deviceView(fromDb(row), tags.get(row.id) ?? [], names.get(row.id) ?? null)),
  };
}

async function idsOf(store: Pick<Store, 'knex' | 'client'>, query: DeviceQuery): Promise<number[]> {
  const { page, pageSize, laneId } = query;
  const found = findText(store, query);
  if (found === null) return [];
  const ofLane = laneId === undefined ? {} : { lane_id: laneId };
  const all = found === undefined ? store.knex(TABLES.devices).where(ofLane) : found;
  if (query.test) all.whereIn('id', testDevicesOf(store.knex));
  const rows = (await all
    .orderBy('id', 'desc')
    .limit(pageSize)
    .offset((page - 1) * pageSize)
    .select('id')) as { id: number }[];
  return rows.map(({ id }) => id);
}

async function totalOf(
  store: Pick<Store, 'knex' | 'client'>,
  countDevices: () => Promise<DeviceCounts>,
  query: DeviceQuery,
): Promise<number> {
  const found = findText(store, query);
  if (found === null) return 0;
  if (query.test) {
    const ofLane = query.laneId === undefined ? {} : { lane_id: query.laneId };
    const all = found === undefined ? store.knex(TABLES.devices).where(ofLane) : found;
    return countRows(all.whereIn('id', testDevicesOf(store.knex)));
  }
  if (found !== undefined) return countRows(found);
  const counts = await countDevices();
  return query.laneId === undefined ? sumOf(counts) : (counts.get(query.laneId) ?? 0);
}

/**
 * The ids of the devices that a text finds, each kind of match by its own index: asked for both at once, or for the lane
 * as well, databases choose an index of the lane and look at every device of it.
 *
 * @returns null when it can find none; undefined when there is no text
 */
export function findText(
  { knex, client }: Pick<Store, 'knex' | 'client'>,
  { search = '', laneId }: Pick<DeviceQuery, 'search' | 'laneId'>,
): Knex.QueryBuilder | null | undefined {
  const text = search.trim().toLowerCase();
  if (text === '') return undefined;
  // Only hex and `-` can match anything, which also leaves nothing in the pattern to escape.
  if (!/^[0-9a-f-]{1,36}$/.test(text)) return null;
  const devices = () => {
    const some = knex(TABLES.devices).select('id');
    // The sum keeps the lane's own index out of it.
    return laneId === undefined ? some : some.whereRaw('lane_id + 0 = ?', [laneId]);
  };
  const [from, to] = beginning(text);
  const byId = devices()
    .where('public_id', '>=', from)
    .where('public_id', '<', to)
    .where('public_id', 'like', `${text}%`);
  const kinds = [byId];
  if (/^[0-9a-f]+$/.test(text) && text.length <= TOKEN_TAIL_DIGITS) {
    const byToken = devices();
    whereTokenEnds(byToken, client, text);
    kinds.push(byToken);
  }
  const [first, ...others] = kinds;
  return knex.queryBuilder().from(first.union(others).as('found'));
}

export function deviceView(row: JoinedRow, tags: string[], testName: string | null): Device {
  return {
    id: row.public_id,
    laneId: row.lane_id,
    bundleId: row.bundle_id,
    environment: row.environment,
    tokenTail: tokenTail(row.token),
    locale: row.locale,
    tags,
    registeredAt: row.registered_at,
    seenAt: row.seen_at,
    accepted: row.accepted === 1,
    refusals: row.refusals,
    testName,
  };
}

export async function countByLane(db: Knex): Promise<DeviceCounts> {
  const rows = await db<DeviceRow>(TABLES.devices).groupBy('lane_id').select('lane_id').count({ devices: '*' });
  return new Map(rows.map((row) => [Number(row.lane_id), readNumber(row.devices) ?? 0]));
}
