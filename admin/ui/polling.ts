import { useEffect, useRef, useSyncExternalStore } from 'react';

const BUSY_MS = 2_000;
const IDLE_MS = 10_000;

function subscribeToVisibility(changed: () => void): () => void {
  document.addEventListener('visibilitychange', changed);
  return () => document.removeEventListener('visibilitychange', changed);
}

/** Whether somebody can see this tab. */
export function useTabVisible(): boolean {
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
