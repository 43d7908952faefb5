import type { Knex } from 'knex';
import { TABLES } from '../store/tables';

export const MAX_TAGS = 32;

export interface DeviceTagRow {
  device_id: number;
  tag: string;
}

/** Two tags that differ only in case, or null: MariaDB takes them for the same, so no database may hold both. */
export function findCaseTwins(tags: readonly string[]): [string, string] | null {
  const seen = new Map<string, string>();
  for (const tag of tags) {
    const known = seen.get(tag.toLowerCase());
    if (known !== undefined && known !== tag) return [known, tag];
    seen.set(tag.toLowerCase(), tag);
  }
  return null;
}

/** Gives a device exactly these tags; a tag that is named twice counts once. */
export async function replaceTags(trx: Knex.Transaction, deviceId: number, tags: readonly string[]): Promise<void> {
  await trx<DeviceTagRow>(TABLES.deviceTags).where({ device_id: deviceId }).delete();
  const rows = [...new Set(tags)].map((tag) => ({ device_id: deviceId, tag }));
  if (rows.length > 0) await trx<DeviceTagRow>(TABLES.deviceTags).insert(rows);
}

/** The tags of some devices, by device id, in alphabetical order. */
export async function readTags(db: Knex, deviceIds: readonly number[]): Promise<Map<number, string[]>> {
  const byDevice = new Map<number, string[]>();
  if (deviceIds.length === 0) return byDevice;
  const rows = await db<DeviceTagRow>(TABLES.deviceTags)
    .whereIn('device_id', [...deviceIds])
    .orderBy('tag')
    .select('device_id', 'tag');
  for (const { device_id: id, tag } of rows) byDevice.set(id, [...(byDevice.get(id) ?? []), tag]);
  return byDevice;
}
