import { toIsoSecond } from '../store/iso-second';
import type { DeviceRow } from '../store/tables';

/** How APNs last answered a device's token; `at`: ISO 8601, UTC, to the second; null where it is not kept. */
export interface TokenState {
  state: 'untried' | 'accepted' | 'refused';
  at: string | null;
}

export const UNTRIED: TokenState = { state: 'untried', at: null };

/** An acceptance takes back what refusals were counted. */
export function tokenStateOf({ accepted, refusals, refused_at: at }: DeviceRow): TokenState {
  if (refusals > 0) return { state: 'refused', at: at === null ? null : toIsoSecond(Number(at)) };
  return accepted === 1 ? { state: 'accepted', at: null } : UNTRIED;
}
