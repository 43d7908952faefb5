import type { DeviceChanges } from './device-changes';
import type { Knex } from 'knex';
import { TABLES, type DeviceRow } from '../store/tables';
import { registeredAt } from './device-row';
import { replaceTags } from './tags';
import { hashToken } from './token';

const ATTEMPTS = 10;

/** Another registration took the token between looking for its holder and taking it. */
export class TokenTaken extends Error {
  override readonly name = 'TokenTaken';
}

const UNIQUE_VIOLATIONS = new Set(['SQLITE_CONSTRAINT_UNIQUE', '23505', 'ER_DUP_ENTRY']);

function isTokenTaken(error: unknown): boolean {
  return error instanceof TokenTaken || UNIQUE_VIOLATIONS.has(String((error as { code?: unknown } | null)?.code));
}

/**
 * Runs a transaction again that lost the race for a token: each loss means that another one moved on.
 *
 * @throws what the transaction throws, the last loss included
 */
export async function untilTokenTaken<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction();
    } catch (error) {
      if (attempt >= ATTEMPTS || !isTokenTaken(error)) throw error;
    }
  }
}

/**
 * Writes what a device says of itself into its locked row. It wins the token that it names: another row that holds the
 * token is an earlier life of the same device, and goes.
 *
 * @param more columns to write along with it
 * @returns how many rows went
 */
export async function applyChanges(
  trx: Knex.Transaction,
  now: number,
  row: DeviceRow,
  { token, locale, tags }: DeviceChanges,
  more: Partial<DeviceRow>,
): Promise<number> {
  const tokenHash = token === undefined ? row.token_hash : hashToken(token);
  const isNewToken = tokenHash !== row.token_hash;
  const displaced = isNewToken
    ? await trx<DeviceRow>(TABLES.devices).where({ lane_id: row.lane_id, token_hash: tokenHash }).delete()
    : 0;
  await trx<DeviceRow>(TABLES.devices)
    .where({ id: row.id })
    .update({
      ...more,
      ...(token === undefined ? {} : registeredAt(now)),
      ...(isNewToken ? { token, token_hash: tokenHash, accepted: 0 } : {}),
      ...(locale === undefined ? {} : { locale }),
    });
  if (tags) await replaceTags(trx, row.id, tags);
  return displaced;
}
