import type { OverviewLane } from '../../../server/admin-api/contract';
import { fleetOf } from '../../../admin/overview/fleet';

const none = { fresh: 0, behind: 0, silent: 0, unseen: 0, off: 0, refused: 0 };

describe('the devices of a lane by state', () => {
  it.each([
    [0, none, none],
    [10, none, { ...none, silent: 10 }],
    [10, { ...none, fresh: 4, behind: 2, silent: 4 }, { ...none, fresh: 4, behind: 2, silent: 4 }],
    [
      1_000,
      { fresh: 4, behind: 1, silent: 2, unseen: 1, off: 1, refused: 1 },
      { fresh: 400, behind: 100, silent: 200, unseen: 100, off: 100, refused: 100 },
    ],
    [10, { ...none, fresh: 1, behind: 1, refused: 1 }, { ...none, fresh: 3, behind: 4, refused: 3 }],
    [2, { ...none, fresh: 9, off: 1 }, { ...none, fresh: 2 }],
  ])('%d: %j', (devices, fleet, states) => {
    const shown = fleetOf({ devices, freshness: { fleet } as unknown as OverviewLane['freshness'] });
    expect(shown).toEqual(states);
    expect(Object.values(shown).reduce((sum, count) => sum + count, 0)).toBe(devices);
  });
});
