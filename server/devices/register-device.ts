import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { fromDb } from '../store/from-db';
import type { Store } from '../store/store';
import { TABLES, type DeviceRow } from '../store/tables';
import type { Capacity } from './capacity';
import { registeredAt, touchDevice } from './device-row';
import { hashSecret, withFirstSecret, withNewSecret } from './secrets';
import { replaceTags } from './tags';
import { hashToken } from './token';

export interface StoredRegistration {
  laneId: number;
  /** Stored form. */
  token: string;
  /** Undefined: what is known stays. */
  locale?: string | null;
  tags?: readonly string[];
  secret: string;
}

/** How often a registration that lost a race looks again; each loss means that another one moved on. */
const ATTEMPTS = 10;

/**
 * Stores a registration, once however many of the same token race, and gives the device its new secret.
 *
 * @returns the device's public id, or `full`
 * @throws when a row can be neither made nor found: MariaDB's `INSERT IGNORE` hides every error, not only duplicates
 */
export async function storeRegistration(
  store: Store,
  capacity: Capacity,
  registration: StoredRegistration,
): Promise<{ publicId: string } | 'full'> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const publicId = randomUUID();
    // A lost INSERT is looked at in a new transaction: on MariaDB it leaves a shared lock on the winner's row, and two
    // losers that go on to update it would deadlock.
    const result = await store.transaction(async (trx) => {
      const known = await renew(trx, store.now(), registration);
      if (known !== null) return { publicId: known, added: false };
      if (!(await capacity.hasRoom(trx))) return 'full';
      return (await insert(trx, store.now(), publicId, registration)) ? { publicId, added: true } : 'again';
    });
    if (result === 'full') return 'full';
    if (result === 'again') continue;
    if (result.added) capacity.add(1);
    return { publicId: result.publicId };
  }
  throw new Error(`A device of lane ${registration.laneId} could be neither stored nor found.`);
}

/** @returns the public id of the device that holds the token already, or null */
async function renew(
  trx: Knex.Transaction,
  now: number,
  { laneId, token, locale, tags, secret }: StoredRegistration,
): Promise<string | null> {
  const holder = { lane_id: laneId, token_hash: hashToken(token) };
  if (!(await touchDevice(trx, now, (query) => void query.where(holder)))) return null;
  const row = fromDb((await trx<DeviceRow>(TABLES.devices).where(holder).first()) as DeviceRow);
  await trx<DeviceRow>(TABLES.devices)
    .where({ id: row.id })
    .update({
      ...withNewSecret(row, hashSecret(secret), now),
      ...registeredAt(now),
      ...(locale === undefined ? {} : { locale }),
    });
  if (tags) await replaceTags(trx, row.id, tags);
  return row.public_id;
}

/** @returns false when another registration of the token came first */
async function insert(
  trx: Knex.Transaction,
  now: number,
  publicId: string,
  { laneId, token, locale = null, tags = [], secret }: StoredRegistration,
): Promise<boolean> {
  await trx<DeviceRow>(TABLES.devices)
    .insert({
      public_id: publicId,
      lane_id: laneId,
      token,
      token_hash: hashToken(token),
      locale,
      ...withFirstSecret(hashSecret(secret)),
      accepted: 0,
      ...registeredAt(now),
      seen_at: now,
      created_at: now,
    })
    .onConflict(['lane_id', 'token_hash'])
    .ignore();
  const row = await trx<DeviceRow>(TABLES.devices).where({ public_id: publicId }).first('id');
  if (!row) return false;
  if (tags.length > 0) await replaceTags(trx, row.id, tags);
  return true;
}
