import { BackOff } from '../../../admin/overview/back-off';
import type { OverviewLane } from '../../../server/admin-api/contract';
import { rendered } from './rendered';

describe('what is said of a lane that waits for APNs', () => {
  it.each([
    ['token-updates', 'APNs says that the provider token changes too often'],
    ['server-errors', 'APNs answers with server errors'],
    ['dns', 'APNs cannot be reached right now'],
  ])('because of %s is: %s', (code, title) => {
    const lastError = { code, message: 'The message' };
    const said = rendered(<BackOff lane={{ lastError, connection: null, backOffUntil: 0 } as OverviewLane} />);
    expect(said).toContain(title);
    expect(said).toContain('Next attempt at');
  });
});
