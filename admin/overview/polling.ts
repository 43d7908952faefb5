import type { Overview, OverviewLane } from '../../server/admin-api/contract';
import { useOverviewQuery } from '../api/overview';
import { useMay } from '../permissions';
import { usePolling, usePollingInterval } from '../ui/polling';
import { isSendingOff } from './departure';

export { usePolling, usePollingInterval };

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

/** The overview, kept fresh; never there without the permission to see it. `interval` is for what should keep in step. */
export function useLiveOverview() {
  const may = useMay('overview.read');
  const query = useOverviewQuery(undefined, { skip: !may });
  const interval = usePollingInterval(query.data !== undefined && isBusy(query.data));
  usePolling(query.refetch, query.isUninitialized ? 0 : interval);
  return { ...query, interval };
}
