import type { Knex } from 'knex';
import { fromDb } from '../store/from-db';
import type { Store } from '../store/store';
import { TABLES, type DeviceRow } from '../store/tables';
import type { Capacity } from './capacity';
import { registeredAt, touchDevice } from './device-row';
import { recognizesSecret, whereSecret, withUsedSecret } from './secrets';
import { replaceTags } from './tags';
import { hashToken } from './token';

/** What a device says of itself; undefined leaves what is known, a null locale forgets it. */
export interface DeviceChanges {
  /** Stored form. */
  token?: string;
  locale?: string | null;
  tags?: readonly string[];
}

const ATTEMPTS = 5;

/**
 * Applies what a device says of itself, in one transaction.
 *
 * @param deviceId the row whose secret the caller has been recognised by
 * @param secretHash the hash of that secret; it is checked again under the row's lock
 * @returns the device's lane, or null when the secret is good no more or the device is gone
 */
export async function updateDevice(
  store: Store,
  capacity: Capacity,
  deviceId: number,
  secretHash: string,
  changes: DeviceChanges,
): Promise<{ laneId: number } | null> {
  for (let attempt = 1; ; attempt++) {
    try {
      const result = await store.transaction((trx) => apply(trx, store.now(), deviceId, secretHash, changes));
      for (let removed = result?.displaced ?? 0; removed > 0; removed--) capacity.add(-1);
      return result;
    } catch (error) {
      // Between making room for the token and taking it, a registration took it. All is rolled back; make room again.
      if (attempt >= ATTEMPTS || !isUniqueViolation(error)) throw error;
    }
  }
}

async function apply(
  trx: Knex.Transaction,
  now: number,
  deviceId: number,
  secretHash: string,
  { token, locale, tags }: DeviceChanges,
): Promise<{ laneId: number; displaced: number } | null> {
  const found = await touchDevice(trx, now, (query) => {
    query.where({ id: deviceId }).where((secret) => whereSecret(secret, secretHash));
  });
  if (!found) return null;
  const row = fromDb((await trx<DeviceRow>(TABLES.devices).where({ id: deviceId }).first()) as DeviceRow);
  if (!recognizesSecret(row, secretHash, now)) return null;

  const tokenHash = token === undefined ? row.token_hash : hashToken(token);
  const isNewToken = tokenHash !== row.token_hash;
  // The device that proved itself wins the token; another row that holds it is an earlier life of the same device.
  const displaced = isNewToken
    ? await trx<DeviceRow>(TABLES.devices).where({ lane_id: row.lane_id, token_hash: tokenHash }).delete()
    : 0;
  await trx<DeviceRow>(TABLES.devices)
    .where({ id: deviceId })
    .update({
      ...withUsedSecret(row, secretHash, now),
      ...(token === undefined ? {} : registeredAt(now)),
      ...(isNewToken ? { token, token_hash: tokenHash, accepted: 0 } : {}),
      ...(locale === undefined ? {} : { locale }),
    });
  if (tags) await replaceTags(trx, deviceId, tags);
  return { laneId: row.lane_id, displaced };
}

const UNIQUE_VIOLATIONS = new Set(['SQLITE_CONSTRAINT_UNIQUE', '23505', 'ER_DUP_ENTRY']);

function isUniqueViolation(error: unknown): boolean {
  return UNIQUE_VIOLATIONS.has(String((error as { code?: unknown } | null)?.code));
}
