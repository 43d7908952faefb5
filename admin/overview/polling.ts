import type { Overview, OverviewLane } from '../../server/admin-api/contract';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { useOverviewQuery } from '../api/overview';
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

/**
 * Asks again every `ms`, and at once after a pause; 0 pauses.
 *
 * Not RTK's `pollingInterval`: in the panel's store (Strapi 5.54) a query with two subscribers went on at its first
 * interval after that was set to 0, and i18n puts the query middleware into the store a second time.
 */
export function usePolling(refetch: () => unknown, ms: number): void {
  const paused = useRef(false);
  useEffect(() => {
    if (ms === 0) {
      paused.current = true;
      return undefined;
    }
    if (paused.current) refetch();
    paused.current = false;
    const timer = setInterval(refetch, ms);
    return () => clearInterval(timer);
  }, [refetch, ms]);
}

/** The overview, kept fresh; never there without the permission to see it. `interval` is for what should keep in step. */
export function useLiveOverview() {
  const may = useMay('overview.read');
  const query = useOverviewQuery(undefined, { skip: !may });
  const interval = usePollingInterval(query.data !== undefined && isBusy(query.data));
  usePolling(query.refetch, query.isUninitialized ? 0 : interval);
  return { ...query, interval };
}
