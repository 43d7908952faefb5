import { hears, type AudienceFilter, type DeviceReport } from '../devices';
import type { DeviceRow } from '../store/tables';

/** What is asked of a push to know who holds what it announced. */
export interface RecentPush {
  id: number;
  epoch: string;
  rev: number;
  /** The highest device id when it began. */
  hi: number;
  audience: AudienceFilter;
  /** When the first change it announced was numbered. */
  changedAt: number;
}

export interface Applied {
  push: RecentPush;
  /** Whether this push woke the device. */
  woken: boolean;
}

/**
 * The pushes whose content a device holds now and did not before. Of a device that never said what it holds, only the
 * push that woke it: whatever else it has may be of its first sync.
 *
 * @param pushes latest first
 */
export function newlyApplied(
  device: Pick<DeviceRow, 'id' | 'locale' | 'applied_epoch' | 'applied_rev'> & { tags: readonly string[] },
  { held, wokenBy }: DeviceReport,
  pushes: readonly RecentPush[],
): Applied[] {
  if (!held) return [];
  const before = device.applied_epoch === held.epoch ? device.applied_rev : null;
  const revs = new Set<number>();
  const applied: Applied[] = [];
  for (const push of pushes) {
    if (push.epoch !== held.epoch || push.rev > held.rev || revs.has(push.rev)) continue;
    const woken = push.rev === wokenBy;
    if (before === null ? !woken : push.rev <= before) continue;
    if (device.id > push.hi || !hears(push.audience, device)) continue;
    // A push that was ended and sent again announces the same: it counts for the one sent last.
    revs.add(push.rev);
    applied.push({ push, woken });
  }
  return applied;
}
