import type { OverviewLane } from '../../server/admin-api/contract';

/** How a lane's devices are, by what they say; each is one of these. */
export const FLEET_STATES = ['fresh', 'behind', 'silent', 'off'] as const;
export type FleetState = (typeof FLEET_STATES)[number];

/** Devices by state. Where only a sample was asked, it stands for all whom iOS wakes. They add up to all devices. */
export function fleetOf({
  devices,
  freshness,
}: Pick<OverviewLane, 'devices' | 'freshness'>): Record<FleetState, number> {
  const { asked, reporting, fresh, denied, restricted } = freshness;
  const off = Math.min(devices, denied + restricted);
  const woken = devices - off;
  const scaled = (count: number) => (asked === 0 ? 0 : Math.round((woken * Math.min(count, asked)) / asked));
  const holding = scaled(fresh);
  const telling = Math.max(holding, scaled(reporting));
  return { fresh: holding, behind: telling - holding, silent: woken - telling, off };
}
