import type { Knex } from 'knex';
import type { DeviceReport } from './device-changes';
import { TABLES, type DeviceRow } from '../store/tables';

/**
 * Locks a device for the rest of the transaction and notes that it was seen. `seen_at` always changes, so the number
 * of rows is the same whether a driver counts rows found or rows changed.
 *
 * @param match narrows the update to the device
 * @returns whether there is one
 */
export async function touchDevice(
  trx: Knex.Transaction,
  now: number,
  match: (query: Knex.QueryBuilder) => void,
): Promise<boolean> {
  const touched = await trx<DeviceRow>(TABLES.devices)
    .where((query) => match(query))
    .update({ seen_at: trx.raw('case when seen_at < ? then ? else seen_at + 1 end', [now, now]) });
  return touched > 0;
}

/** What is known of a device that nothing speaks against: no refusals, and not called gone. */
export const UNREFUSED = {
  refusals: 0,
  refused_at: null,
  refused_before: null,
  refused_push: null,
  gone_at: null,
  gone_push: null,
} as const satisfies Partial<DeviceRow>;

/** What a registration of a token, first or repeated, says about it: the device is there, and old refusals are void. */
export function registeredAt(now: number) {
  return { registered_at: now, ...UNREFUSED } satisfies Partial<DeviceRow>;
}

/**
 * What a registration says of the content: an app that was installed again holds nothing, whatever its token's row said
 * before. Whether iOS wakes it stays known where it is silent about that.
 */
export function registeredHolding({ held, backgroundRefresh }: DeviceReport, now: number) {
  return {
    applied_epoch: held?.epoch ?? null,
    applied_rev: held?.rev ?? null,
    reported_at: held ? now : null,
    woken_by: null,
    ...(backgroundRefresh !== undefined && { background_refresh: backgroundRefresh }),
  } satisfies Partial<DeviceRow>;
}
