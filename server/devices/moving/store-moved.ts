import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { batches } from '../../store/batches';
import { fromDb } from '../../store/from-db';
import { TABLES, type DeviceRow } from '../../store/tables';
import { createSecret, hashSecret } from '../secrets';
import { readTags } from '../tags';
import { TokenTaken } from '../take-token';
import { hashToken } from '../token';
import type { MovedDevice } from './read-line';

/** A device of a file with the lane that it registers for. */
export interface MovedToLane {
  device: MovedDevice;
  laneId: number;
}

/** What became of each, in their order; `full`: there was no room. */
export type Moved = 'added' | 'updated' | 'full';

type Held = Pick<DeviceRow, 'id' | 'lane_id' | 'token_hash' | 'locale' | 'seen_at'>;

/** Rows of an INSERT: SQLite takes 999 values. */
const DEVICE_ROWS = 70;
const TAG_ROWS = 400;

const keyOf = (laneId: number, hash: string) => `${laneId} ${hash}`;

/**
 * Takes devices in. One that is known already learns its locale and tags, and keeps its secrets and what APNs said of it;
 * a new one has a secret that nobody knows, until its app registers.
 *
 * @param room how many may be added
 * @throws TokenTaken when a registration of one of the tokens came in between: the transaction may run again
 */
export async function storeMoved(
  trx: Knex.Transaction,
  now: number,
  moved: readonly MovedToLane[],
  room: number,
): Promise<Moved[]> {
  const hashed = moved.map(({ device, laneId }) => ({ device, laneId, hash: hashToken(device.token) }));
  const held = await lockHolders(trx, hashed);
  const merged = new Map<string, (typeof hashed)[number]>();
  let added = 0;
  const results = hashed.map((one): Moved => {
    const key = keyOf(one.laneId, one.hash);
    const before = merged.get(key);
    const isNew = before === undefined && !held.has(key);
    if (isNew && added >= room) return 'full';
    if (isNew) added++;
    // Of two lines about one device the later counts, in what it says.
    merged.set(key, before ? { ...one, device: { ...before.device, ...said(one.device) } } : one);
    return isNew ? 'added' : 'updated';
  });
  const known = [...merged].flatMap(([key, one]) => (held.has(key) ? [{ ...one, row: held.get(key) as Held }] : []));
  await updateHeld(trx, now, known);
  await insertNew(
    trx,
    now,
    [...merged].flatMap(([key, one]) => (held.has(key) ? [] : [one])),
  );
  return results;
}

/** Without what a line is silent about. */
function said({ registeredAt: registered, seenAt, ...device }: MovedDevice): Partial<MovedDevice> {
  return {
    ...device,
    ...(registered !== null && { registeredAt: registered }),
    ...(seenAt !== null && { seenAt }),
  };
}

/** In the order of their tokens, so that two imports at once do not wait for each other. */
async function lockHolders(
  trx: Knex.Transaction,
  devices: readonly { laneId: number; hash: string }[],
): Promise<Map<string, Held>> {
  const lanes = [...new Set(devices.map(({ laneId }) => laneId))].sort((one, other) => one - other);
  const holders = new Map<string, Held>();
  for (const laneId of lanes) {
    const hashes = devices.flatMap((device) => (device.laneId === laneId ? [device.hash] : []));
    const rows = (await trx<DeviceRow>(TABLES.devices)
      .where({ lane_id: laneId })
      .whereIn('token_hash', [...new Set(hashes)])
      .orderBy('token_hash')
      .forUpdate()
      .select('id', 'lane_id', 'token_hash', 'locale', 'seen_at')) as Held[];
    for (const row of rows) holders.set(keyOf(laneId, row.token_hash), fromDb(row));
  }
  return holders;
}

async function updateHeld(
  trx: Knex.Transaction,
  now: number,
  known: readonly { device: MovedDevice; row: Held }[],
): Promise<void> {
  for (const { device, row } of known) {
    const locale = device.locale === undefined ? row.locale : device.locale;
    const seenAt = Math.max(row.seen_at, Math.min(device.seenAt ?? 0, now));
    if (locale === row.locale && seenAt === row.seen_at) continue;
    await trx<DeviceRow>(TABLES.devices).where({ id: row.id }).update({ locale, seen_at: seenAt });
  }
  const ids = known.flatMap(({ device, row }) => (device.tags === undefined ? [] : [row.id]));
  const tags = await readTags(trx, ids);
  const changed = known.filter(
    ({ device, row }) => device.tags !== undefined && !isSame(device.tags, tags.get(row.id) ?? []),
  );
  for (const batch of batches(changed, TAG_ROWS)) {
    await trx(TABLES.deviceTags)
      .whereIn(
        'device_id',
        batch.map(({ row }) => row.id),
      )
      .delete();
  }
  await insertTags(
    trx,
    changed.map(({ device, row }) => ({ id: row.id, tags: device.tags ?? [] })),
  );
}

function isSame(tags: readonly string[], others: readonly string[]): boolean {
  const one = new Set(tags);
  return one.size === others.length && others.every((tag) => one.has(tag));
}

async function insertNew(
  trx: Knex.Transaction,
  now: number,
  devices: readonly { device: MovedDevice; laneId: number; hash: string }[],
): Promise<void> {
  const rows = devices.map(({ device: { token, locale = null, registeredAt: registered, seenAt }, laneId, hash }) => ({
    public_id: randomUUID(),
    lane_id: laneId,
    token,
    token_hash: hash,
    locale,
    secret_hash: hashSecret(createSecret()),
    accepted: 0 as const,
    refusals: 0,
    ...registeredTimes(now, registered, seenAt),
    created_at: now,
  }));
  for (const batch of batches(rows, DEVICE_ROWS)) {
    await trx<DeviceRow>(TABLES.devices).insert(batch).onConflict(['lane_id', 'token_hash']).ignore();
  }
  const ids = new Map<string, number>();
  for (const batch of batches(rows, TAG_ROWS)) {
    const found = await trx<DeviceRow>(TABLES.devices)
      .whereIn(
        'public_id',
        batch.map((row) => row.public_id),
      )
      .select('id', 'public_id');
    for (const { id, public_id: publicId } of found) ids.set(publicId, id);
  }
  if (ids.size < rows.length) throw new TokenTaken('Devices of a file could be neither stored nor found.');
  await insertTags(
    trx,
    rows.map((row, n) => ({ id: ids.get(row.public_id) as number, tags: devices[n].device.tags ?? [] })),
  );
}

/** Never later than now: a device that was seen tomorrow would be kept for too long. */
function registeredTimes(now: number, registered: number | null, seenAt: number | null) {
  const since = Math.min(registered ?? now, now);
  return {
    registered_at: since,
    seen_at: Math.max(since, Math.min(seenAt ?? since, now)),
  };
}

async function insertTags(
  trx: Knex.Transaction,
  devices: readonly { id: number; tags: readonly string[] }[],
): Promise<void> {
  const rows = devices.flatMap(({ id, tags }) => [...new Set(tags)].map((tag) => ({ device_id: id, tag })));
  for (const batch of batches(rows, TAG_ROWS)) await trx(TABLES.deviceTags).insert(batch);
}
