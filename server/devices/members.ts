import type { Knex } from 'knex';
import { readNumber } from '../store/from-db';
import { TABLES, type DeviceRow } from '../store/tables';
import type { AudienceFilter } from './audience';
import type { DeviceTagRow } from './tags';

/** Devices with one of so many tags are found in the index of tags; of more, the lane's devices are looked through. */
const MOST_SOUGHT = 50;
/** Ids looked up at once, at the least. SQLite takes 999 values in one statement. */
const IDS = 500;

export interface Members {
  laneId: number;
  audience: AudienceFilter;
}

export interface Stretch {
  after: number;
  upTo: number;
  /** Devices at most. */
  limit: number;
  /** Of these devices alone: a few, which are looked up by their ids. */
  among?: readonly number[];
}

export interface MembersPage<Row> {
  members: Row[];
  /** Up to which id none was left out. */
  upTo: number;
}

/** The tags by which an audience is found in their index; null: its lane's devices are looked through. */
export function soughtTags(audience: AudienceFilter): readonly string[] | null {
  if (audience === 'all' || audience.locales.length > 0 || audience.tags.length > MOST_SOUGHT) return null;
  return audience.tags;
}

/**
 * The devices of an audience in a stretch of ids, in order of id. By tags it reads as much as it finds: first the ids, in
 * a statement that every database answers from the index alone, then their devices by primary key. In one statement,
 * PostgreSQL would as soon go through all devices of the stretch.
 *
 * @param narrow says which columns, and which of the devices
 */
export async function readMembers<Row extends { id: number }>(
  knex: Knex,
  { laneId, audience }: Members,
  { after, upTo, limit, among }: Stretch,
  narrow: (devices: Knex.QueryBuilder) => Knex.QueryBuilder,
): Promise<MembersPage<Row>> {
  const tags = soughtTags(audience);
  if (tags === null || among) {
    // Both bounds: with an open end MariaDB chooses an index that it must scan anew for each page.
    const stretch = knex<DeviceRow>(TABLES.devices)
      .where({ lane_id: laneId })
      .where('id', '>', after)
      .where('id', '<=', upTo);
    if (among) void stretch.whereIn('id', [...among]);
    const members = (await whereHears(narrow(stretch.orderBy('id').limit(limit)), audience)) as Row[];
    return { members, upTo: members.length < limit ? upTo : members[members.length - 1].id };
  }
  const most = Math.max(limit, IDS);
  const ids = await taggedIds(knex, tags, { after, upTo, limit: most });
  if (ids.length === 0) return { members: [], upTo };
  // Without the sum MariaDB may take the index of the lane, and go through it from its beginning for each page.
  const found = knex<DeviceRow>(TABLES.devices).whereIn('id', ids).whereRaw('?? + 0 = ?', ['lane_id', laneId]);
  const members = (await narrow(found.orderBy('id').limit(limit))) as Row[];
  if (members.length === limit) return { members, upTo: members[members.length - 1].id };
  return { members, upTo: ids.length < most ? upTo : ids[ids.length - 1] };
}

/** The id of the last of the next `count` devices of an audience; null: there are not so many. */
export async function endOfNext(
  knex: Knex,
  { laneId, audience }: Members,
  { after, upTo, limit: count }: Stretch,
): Promise<number | null> {
  const tags = soughtTags(audience);
  // Of all lanes: a tag of many apps makes smaller shards.
  if (tags !== null) return (await taggedIds(knex, tags, { after, upTo, limit: count })).at(count - 1) ?? null;
  const last = await knex<DeviceRow>(TABLES.devices)
    .where({ lane_id: laneId })
    .where('id', '>', after)
    .where('id', '<=', upTo)
    .orderBy('id')
    .offset(count - 1)
    .first('id');
  return last?.id ?? null;
}

/** Ids of devices, of whatever lane, with one of the tags, ascending, each once. */
async function taggedIds(knex: Knex, tags: readonly string[], { after, upTo, limit }: Stretch): Promise<number[]> {
  // Tag by tag and no further than the page: together, each page would read and sort all that is left of them.
  const parts = tags.map((tag) => {
    const some = knex<DeviceTagRow>(TABLES.deviceTags)
      .where('device_id', '>', after)
      .where('device_id', '<=', upTo)
      .orderBy('device_id')
      .limit(limit)
      .select('device_id');
    return whereTag(some, [tag]);
  });
  if (parts.length === 0) return [];
  const all =
    parts.length === 1
      ? parts[0]
      : knex
          .from(knex.union(parts.map((part) => knex.from(part.as('one')).select('device_id'))).as('every'))
          .orderBy('device_id')
          .limit(limit)
          .select('device_id');
  return ((await all) as { device_id: number }[]).map(({ device_id: id }) => id);
}

/** How many devices of each lane have one of the tags; a lane without any is left out. */
export async function countTagged(
  knex: Knex,
  laneIds: readonly number[],
  tags: readonly string[],
): Promise<Map<number, number>> {
  const devices = knex<DeviceRow>(TABLES.devices)
    .whereIn('lane_id', [...laneIds])
    .groupBy('lane_id')
    .select('lane_id')
    .count({ devices: '*' });
  const rows = (await whereAudience(devices, { locales: [], tags: [...tags] })) as {
    lane_id: number;
    devices: unknown;
  }[];
  return new Map(rows.map(({ lane_id: id, devices: count }) => [id, readNumber(count) ?? 0]));
}

/** MariaDB and MySQL take tags for the same that differ in case, the others do not, and neither do we. */
function whereTag(query: Knex.QueryBuilder, tags: readonly string[]): Knex.QueryBuilder {
  const { dialect } = (query as unknown as { client: { dialect: string } }).client;
  void query.whereIn('tag', [...tags]);
  if (dialect === 'mysql' && tags.length > 0)
    void query.whereRaw(`binary tag in (${tags.map(() => '?').join(', ')})`, [...tags]);
  return query;
}

/** Not the usual backslash: MariaDB takes that as an escape inside the literal itself. */
const escapeLike = (text: string) => text.replace(/[!%_]/g, (character) => `!${character}`);

/**
 * Narrows a query over devices to an audience: a device of `en-gb` hears of changes in `en`, not the other way round. For
 * all of them at once; by pages, see `readMembers`.
 */
export function whereAudience(devices: Knex.QueryBuilder, audience: AudienceFilter): Knex.QueryBuilder {
  const tags = soughtTags(audience);
  if (tags === null) return whereHears(devices, audience);
  return devices.whereIn('id', (tagged) => void whereTag(tagged.from(TABLES.deviceTags).select('device_id'), tags));
}

/** The same, device by device: a list of all that have a tag would be made anew for each page. */
function whereHears(devices: Knex.QueryBuilder, audience: AudienceFilter): Knex.QueryBuilder {
  if (audience === 'all') return devices;
  const { locales, tags } = audience;
  // Nothing to be found by finds nobody.
  if (locales.length + tags.length === 0) return devices.whereRaw('1 = 0');
  return devices.where((member) => {
    if (locales.length > 0) void member.whereNull('locale').orWhereIn('locale', locales);
    for (const locale of locales) void member.orWhereRaw("locale like ? escape '!'", [`${escapeLike(locale)}-%`]);
    if (tags.length === 0) return;
    void member.orWhereExists((tagged) => {
      void tagged
        .from(TABLES.deviceTags)
        .select('device_id')
        .whereRaw('?? = ??', ['device_id', `${TABLES.devices}.id`]);
      void whereTag(tagged, tags);
    });
  });
}
