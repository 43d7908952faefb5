import { CheckOutcome } from '../../../admin/apps/check-outcome';
import { rendered } from './rendered';

describe('what is said of a check', () => {
  it.each([
    ['all', /Key, team and bundle id are good/],
    ['no-fault', /found no fault with the key.*only a push to a registered device proves both/],
    ['nothing', /did not succeed.*The key is wrong\..*Replace it\./],
  ] as const)('that proves %s is no more', (proves, words) => {
    const answer = {
      ok: true,
      code: '',
      status: null,
      reason: null,
      message: 'The key is wrong.',
      remedy: 'Replace it.',
    };
    const said = rendered(<CheckOutcome result={{ ...answer, proves }} />);
    expect(said).toMatch(words);
    expect(said.includes('are good')).toBe(proves === 'all');
  });
});
