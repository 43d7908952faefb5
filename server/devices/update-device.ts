import type { DeviceChanges } from './device-changes';
import type { Store } from '../store/store';
import type { Capacity } from './capacity';
import { lockProven, type ProvenDevice } from './proven-device';
import { withUsedSecret } from './secrets';
import { tokenStateOf, UNTRIED, type TokenState } from './token-state';
import { applyChanges, untilTokenTaken } from './take-token';

/**
 * Applies what a device says of itself, in one transaction.
 *
 * @returns the device's lane, or null when the secret is good no more or the device is gone
 */
export async function updateDevice(
  store: Store,
  capacity: Capacity,
  device: ProvenDevice,
  changes: DeviceChanges,
): Promise<{ laneId: number; apns: TokenState } | null> {
  const result = await untilTokenTaken(() =>
    store.transaction(async (trx) => {
      const now = store.now();
      const row = await lockProven(trx, now, device);
      if (!row) return null;
      const displaced = await applyChanges(trx, now, row, changes, withUsedSecret(row, device.secretHash, now));
      // What APNs said of another token says nothing of this one.
      const isNew = changes.token !== undefined && changes.token !== row.token;
      return { laneId: row.lane_id, displaced, apns: isNew ? UNTRIED : tokenStateOf(row) };
    }),
  );
  capacity.add(-(result?.displaced ?? 0));
  return result;
}
