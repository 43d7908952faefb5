import { useSyncExternalStore } from 'react';
import { useOverviewQuery } from '../api/overview';
import type { Overview, OverviewLane } from '../api/types';
import { useMay } from '../permissions';
import { isSendingOff } from './departure';

const BUSY_MS = 2_000;
const IDLE_MS = 10_000;
/** A departure further off than this is not yet worth asking for every two seconds. */
const SOON_MS = 30_000;

/** Whether the overview is about to change by itself: a push runs, or one leaves soon. */
export function isBusy(overview: Overview): boolean {
  if (isSendingOff(overview)) return false;
  return overview.apps.some((app) => app.lanes.some((lane) => isLaneBusy(lane, overview.now)));
}

function isLaneBusy({ current, departure }: OverviewLane, now: number): boolean {
  if (departure.kind === 'paused' || departure.kind === 'disabled') return false;
  if (current !== null) return true;
  if (departure.kind === 'quiet' || departure.kind === 'now') return true;
  return departure.kind === 'budget' && departure.at !== null && departure.at - now < SOON_MS;
}

function subscribeToVisibility(changed: () => void): () => void {
  document.addEventListener('visibilitychange', changed);
  return () => document.removeEventListener('visibilitychange', changed);
}

/** Whether somebody can see this tab. */
function useTabVisible(): boolean {
  return useSyncExternalStore(subscribeToVisibility, () => document.visibilityState === 'visible');
}

/** How often to ask, in ms; 0 (never) while the tab is hidden. */
export function usePollingInterval(busy: boolean): number {
  const visible = useTabVisible();
  if (!visible) return 0;
  return busy ? BUSY_MS : IDLE_MS;
}

/** The overview, kept fresh; never there without the permission to see it. `interval` is for what should keep in step. */
export function useLiveOverview() {
  const skip = !useMay('overview.read');
  // Reads the cached answer, so that the interval can follow from it; the second query does the asking.
  const { data: last } = useOverviewQuery(undefined, { skip });
  const interval = usePollingInterval(last !== undefined && isBusy(last));
  const query = useOverviewQuery(undefined, { skip, pollingInterval: interval });
  return { ...query, interval };
}
