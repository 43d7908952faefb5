import type { Knex } from 'knex';
import { actLaneOf, recordAct } from '../acts/record-act';
import type { Store } from '../store/store';
import { TABLES, type DeviceRow, type TestDeviceRow } from '../store/tables';
import { tokenTail } from './token';

/** @returns false when the device is gone */
export async function markTestDevice(
  store: Store,
  { id, token }: Pick<DeviceRow, 'id' | 'token'>,
  name: string | null,
  by: string,
): Promise<boolean> {
  return store.transaction(async (trx) => {
    // The lock: of two administrators who mark it at once, one comes after the other, and so does who deletes it.
    const device = await trx<DeviceRow>(TABLES.devices).where({ id }).forUpdate().first('lane_id');
    if (!device) return false;
    const mark = () => trx<TestDeviceRow>(TABLES.testDevices).where({ device_id: id });
    const before = (await mark().first('name'))?.name ?? null;
    if (before === name) return true;
    await mark().delete();
    if (name !== null) await trx<TestDeviceRow>(TABLES.testDevices).insert({ device_id: id, name });
    const lane = await actLaneOf(trx, device.lane_id);
    const act = name === null ? 'unmark-test-device' : 'mark-test-device';
    const params = { name: name ?? before ?? '', tokenTail: tokenTail(token) };
    await recordAct(trx, { act, by, at: store.now(), lane, params });
    return true;
  });
}

/** What test devices among these are called, by device id. */
export async function readTestNames(db: Knex, deviceIds: readonly number[]): Promise<Map<number, string>> {
  if (deviceIds.length === 0) return new Map();
  const rows = await db<TestDeviceRow>(TABLES.testDevices).whereIn('device_id', [...deviceIds]);
  return new Map(rows.map(({ device_id: id, name }) => [id, name]));
}

/** Their ids, as part of a query. */
export function testDevicesOf(db: Knex): Knex.QueryBuilder {
  return db<TestDeviceRow>(TABLES.testDevices).select('device_id');
}

/** At most `limit` of a lane's test devices, in order of their ids. */
export async function testDevicesOfLane(
  db: Knex,
  laneId: number,
  limit: number,
): Promise<Pick<DeviceRow, 'id' | 'token'>[]> {
  return db<DeviceRow>(TABLES.devices)
    .where({ lane_id: laneId })
    .whereIn('id', testDevicesOf(db))
    .orderBy('id')
    .limit(limit)
    .select('id', 'token');
}
