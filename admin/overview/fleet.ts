import { FLEET_STATES, type FleetState, type OverviewLane } from '../../server/admin-api/contract';

/** Devices by state; where only a sample was asked, it stands for all. They add up to all devices. */
export function fleetOf({
  devices,
  freshness: { fleet },
}: Pick<OverviewLane, 'devices' | 'freshness'>): Record<FleetState, number> {
  const asked = FLEET_STATES.reduce((sum, state) => sum + fleet[state], 0);
  const scaled = { ...fleet };
  let seen = 0;
  let given = 0;
  for (const state of FLEET_STATES) {
    seen += fleet[state];
    // Of the sum and not of each, so that what is rounded off one state goes to the next.
    const upTo = asked === 0 ? 0 : Math.round((devices * seen) / asked);
    scaled[state] = upTo - given;
    given = upTo;
  }
  return asked === 0 ? { ...scaled, silent: devices } : scaled;
}
