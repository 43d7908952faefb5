import type { LaneFreshness } from '../../server/admin-api/contract';

/** The share of devices that hold the newest content, of those that say what they hold; null: none does. All is all. */
export function freshShare({ fresh, reporting }: Pick<LaneFreshness, 'fresh' | 'reporting'>): number | null {
  return reporting === 0 ? null : Math.floor((fresh / reporting) * 100) / 100;
}
