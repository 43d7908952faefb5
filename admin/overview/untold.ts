import type { OverviewLane } from '../../server/admin-api/contract';

/** How many changes devices neither were told of nor are being told of by the push on its way. */
export function untoldChanges({ announced, waitingChanges, current }: OverviewLane): number {
  const told = current === null ? announced : Math.max(announced, current.rev);
  return Math.max(0, announced + waitingChanges - told);
}
