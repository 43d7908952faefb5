import type { Knex } from 'knex';
import { fromDb } from '../store/from-db';
import { TABLES, type DeviceRow } from '../store/tables';
import { touchDevice } from './device-row';
import type { TokenState } from './token-state';
import { recognizesSecret, whereSecret } from './secrets';

/** A device that a caller proved to be. It holds for the moment: whatever is done with it checks the secret again. */
export interface ProvenDevice {
  readonly publicId: string;
  readonly rowId: number;
  readonly laneId: number;
  /** How APNs last answered its token. */
  readonly apns: TokenState;
  readonly secretHash: string;
}

/**
 * Locks the row of a proven device for the rest of the transaction and notes that it was seen.
 *
 * @returns null when the device is gone, or a registration in between ended its secret
 */
export async function lockProven(
  trx: Knex.Transaction,
  now: number,
  { rowId, secretHash }: ProvenDevice,
): Promise<DeviceRow | null> {
  const found = await touchDevice(trx, now, (query) => {
    query.where({ id: rowId }).where((secret) => whereSecret(secret, secretHash));
  });
  if (!found) return null;
  const row = fromDb((await trx<DeviceRow>(TABLES.devices).where({ id: rowId }).first()) as DeviceRow);
  return recognizesSecret(row, secretHash, now) ? row : null;
}
