import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { fromDb } from '../store/from-db';
import type { Store } from '../store/store';
import { TABLES, type DeviceRow } from '../store/tables';
import type { DeviceReport } from './device-changes';
import type { Capacity } from './capacity';
import { registeredAt, registeredHolding, touchDevice } from './device-row';
import { lockProven, type ProvenDevice } from './proven-device';
import { hashSecret, withFirstSecret, withNewSecret, withUsedSecret } from './secrets';
import { replaceTags } from './tags';
import { applyChanges, TokenTaken, untilTokenTaken } from './take-token';
import { hashToken } from './token';

export interface StoredRegistration {
  laneId: number;
  /** Stored form. */
  token: string;
  /** Undefined: what is known stays. */
  locale?: string | null;
  tags?: readonly string[];
  secret: string;
  report: DeviceReport;
  /** The registration before this one, whose device the caller proved to be. */
  replaces: ProvenDevice | null;
}

interface Stored {
  publicId: string;
  /** How many rows more there are. */
  added: number;
}

/**
 * Stores a registration, once however many of the same token race, and gives the device its new secret. What it replaces
 * is gone in the same transaction, or becomes the registration itself.
 *
 * @returns the device's public id, or `full`
 * @throws when a row can be neither made nor found: MariaDB's `INSERT IGNORE` hides every error, not only duplicates
 */
export async function storeRegistration(
  store: Store,
  capacity: Capacity,
  registration: StoredRegistration,
): Promise<{ publicId: string } | 'full'> {
  // A lost INSERT is looked at in a new transaction: on MariaDB it leaves a shared lock on the winner's row, and two
  // losers that go on to update it would deadlock.
  const stored = await untilTokenTaken(() =>
    store.transaction(async (trx) => {
      const now = store.now();
      const old = registration.replaces && (await lockProven(trx, now, registration.replaces));
      if (old?.lane_id === registration.laneId) return renewProven(trx, now, old, registration);
      if (old) await trx<DeviceRow>(TABLES.devices).where({ id: old.id }).delete();
      return renewOrInsert(trx, now, capacity, registration, old ? 1 : 0);
    }),
  );
  if (stored === 'full') return 'full';
  capacity.add(stored.added);
  return { publicId: stored.publicId };
}

/** The device proved itself: its row goes on, under the new token. */
async function renewProven(
  trx: Knex.Transaction,
  now: number,
  row: DeviceRow,
  { secret, replaces, report, ...changes }: StoredRegistration,
): Promise<Stored> {
  const used = replaces ? { ...row, ...withUsedSecret(row, replaces.secretHash, now) } : row;
  const displaced = await applyChanges(trx, now, row, changes, {
    ...withNewSecret(used, hashSecret(secret), now),
    ...registeredHolding(report, now),
  });
  return { publicId: row.public_id, added: -displaced };
}

/** @param freed how many rows this transaction removed before */
async function renewOrInsert(
  trx: Knex.Transaction,
  now: number,
  capacity: Capacity,
  registration: StoredRegistration,
  freed: number,
): Promise<Stored | 'full'> {
  const known = await renewHolder(trx, now, registration);
  if (known !== null) return { publicId: known, added: -freed };
  if (freed === 0 && !(await capacity.hasRoom(trx))) return 'full';
  return { publicId: await insert(trx, now, registration), added: 1 - freed };
}

/** @returns the public id of the device that holds the token already, or null */
async function renewHolder(
  trx: Knex.Transaction,
  now: number,
  { laneId, token, locale, tags, secret, report }: StoredRegistration,
): Promise<string | null> {
  const holder = { lane_id: laneId, token_hash: hashToken(token) };
  if (!(await touchDevice(trx, now, (query) => void query.where(holder)))) return null;
  const row = fromDb((await trx<DeviceRow>(TABLES.devices).where(holder).first()) as DeviceRow);
  await applyChanges(
    trx,
    now,
    row,
    { token, locale, tags },
    { ...withNewSecret(row, hashSecret(secret), now), ...registeredHolding(report, now) },
  );
  return row.public_id;
}

/** @throws TokenTaken when another registration of the token came first */
async function insert(
  trx: Knex.Transaction,
  now: number,
  { laneId, token, locale = null, tags = [], secret, report }: StoredRegistration,
): Promise<string> {
  const publicId = randomUUID();
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
      ...registeredHolding(report, now),
      seen_at: now,
      created_at: now,
    })
    .onConflict(['lane_id', 'token_hash'])
    .ignore();
  const row = await trx<DeviceRow>(TABLES.devices).where({ public_id: publicId }).first('id');
  if (!row) throw new TokenTaken(`A device of lane ${laneId} could be neither stored nor found.`);
  if (tags.length > 0) await replaceTags(trx, row.id, tags);
  return publicId;
}
