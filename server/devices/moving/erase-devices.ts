import type { Knex } from 'knex';
import { recordAct } from '../../acts/record-act';
import { batches } from '../../store/batches';
import type { Store } from '../../store/store';
import { TABLES, type DeviceRow, type FailureSampleRow, type LaneRow, type RetryRow } from '../../store/tables';
import { hashToken } from '../token';

/** Which devices, by their public ids or by tokens in their stored form, in any lane. */
export type Erased = { ids: readonly string[] } | { tokens: readonly string[] };

/** Nobody's token: a push that still waits for the device finds it gone, and counts it as removed. */
const NO_TOKEN = '0'.repeat(64);
const VALUES = 400;

/**
 * Removes devices and whatever names them: tags, failure samples, and the hash of the token in retries, whose rows stay
 * until their push has counted them.
 *
 * @returns how many there were
 */
export async function eraseDevices(store: Store, which: Erased, by: string): Promise<number> {
  return store.transaction(async (trx) => {
    const ids = await idsOf(trx, which);
    for (const batch of batches(ids, VALUES)) {
      await trx<FailureSampleRow>(TABLES.failureSamples).whereIn('device_id', batch).delete();
      await trx<RetryRow>(TABLES.retries).whereIn('device_id', batch).update({ token_hash: NO_TOKEN });
      // Their tags go with them.
      await trx<DeviceRow>(TABLES.devices).whereIn('id', batch).delete();
    }
    if (ids.length > 0) {
      await recordAct(trx, { act: 'erase-devices', by, at: store.now(), params: { devices: ids.length } });
    }
    return ids.length;
  });
}

/** Locked, in one order: of two who erase the same devices, one does. */
async function idsOf(trx: Knex.Transaction, which: Erased): Promise<number[]> {
  const [column, values] =
    'ids' in which ? (['public_id', which.ids] as const) : (['token_hash', which.tokens.map(hashToken)] as const);
  const ids: number[] = [];
  // The lanes make an index of it: without them a database looks at every device.
  const lanes = 'ids' in which ? null : await trx<LaneRow>(TABLES.lanes).pluck('id');
  for (const batch of batches([...new Set(values)].sort(), VALUES)) {
    const found = trx<DeviceRow>(TABLES.devices).whereIn(column, batch);
    if (lanes) found.whereIn('lane_id', lanes);
    ids.push(...((await found.orderBy('id').forUpdate().pluck('id')) as number[]));
  }
  return ids;
}
