import type { PluginConfig } from '../../config';
import { MAX_SPREAD_S } from '../../feed';

/** How fast pushes may leave, over all processes together. */
export interface Pace {
  /** Null: as fast as APNs takes them. */
  perSecond: number | null;
  /** What sets it: the operator's `delivery.maxPerSecond`, or how many woken apps the CMS can answer. */
  by: 'maxPerSecond' | 'feed' | null;
}

/** Every woken app asks the CMS, unless a cache in front answers: a push goes no faster than they can be answered. */
export function paceOf({ delivery, feed }: Pick<PluginConfig, 'delivery' | 'feed'>): Pace {
  const { maxPerSecond } = delivery;
  const answered = feed.cdn ? null : feed.requestsPerSecond;
  if (maxPerSecond !== null && (answered === null || maxPerSecond <= answered)) {
    return { perSecond: maxPerSecond, by: 'maxPerSecond' };
  }
  return answered === null ? { perSecond: null, by: null } : { perSecond: answered, by: 'feed' };
}

/** @param processes that send from this database, this one among them; 0: not known yet */
export function shareOf({ perSecond }: Pace, processes: number): number | null {
  return perSecond === null ? null : perSecond / Math.max(1, processes);
}

/**
 * Over how many seconds the apps that a push wakes should spread what they ask: APNs may hand over many pushes at once that
 * left one after the other. 0: no need.
 */
export function spreadOf({ perSecond, by }: Pace, devices: number): number {
  if (by !== 'feed' || perSecond === null || devices <= perSecond) return 0;
  return Math.min(MAX_SPREAD_S, Math.ceil(devices / perSecond));
}
