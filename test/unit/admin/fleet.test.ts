import type { OverviewLane } from '../../../server/admin-api/contract';
import { fleetOf } from '../../../admin/overview/fleet';

const none = { asked: 0, reporting: 0, fresh: 0, denied: 0, restricted: 0 };

describe('the devices of a lane by state', () => {
  it.each([
    [0, none, { fresh: 0, behind: 0, silent: 0, off: 0 }],
    [10, none, { fresh: 0, behind: 0, silent: 10, off: 0 }],
    [10, { ...none, asked: 10, reporting: 6, fresh: 4 }, { fresh: 4, behind: 2, silent: 4, off: 0 }],
    [
      1_000,
      { ...none, asked: 10, reporting: 5, fresh: 4, denied: 90, restricted: 10 },
      { fresh: 360, behind: 90, silent: 450, off: 100 },
    ],
    [3, { ...none, asked: 9, reporting: 9, fresh: 9, denied: 5 }, { fresh: 0, behind: 0, silent: 0, off: 3 }],
  ])('%d: %j', (devices, freshness, states) => {
    const fleet = fleetOf({ devices, freshness: freshness as unknown as OverviewLane['freshness'] });
    expect(fleet).toEqual(states);
    expect(Object.values(fleet).reduce((sum, count) => sum + count, 0)).toBe(devices);
  });
});
