import {
  createSecret,
  hashSecret,
  MAX_OLD_SECRETS,
  recognizesSecret,
  withFirstSecret,
  withNewSecret,
  withUsedSecret,
  type SecretColumns,
} from '../../../server/devices/secrets';

const NOW = 1_800_000_000_000;
const DAY = 24 * 3_600_000;
const secrets = Array.from({ length: 40 }, () => hashSecret(createSecret()));
/** The hash of the nth secret, from 1. */
const nth = (n: number) => secrets[n - 1];

/** `post`: a registration gives the next secret. `use n`: the nth is used. `day n`: so long after the first. */
type Step = 'post' | `use ${number}` | `day ${number}`;

/** Which secrets are good at the end, by number. */
function goodAfter(steps: Step[]): number[] {
  let row: SecretColumns | undefined;
  let given = 0;
  let now = NOW;
  for (const step of steps) {
    const [act, number] = step.split(' ');
    if (act === 'day') now = NOW + Number(number) * DAY;
    else if (act === 'use') row = withUsedSecret(row!, nth(Number(number)), now);
    else {
      given++;
      row = row ? withNewSecret(row, nth(given), now) : withFirstSecret(nth(given));
    }
  }
  return secrets.flatMap((hash, at) => (recognizesSecret(row, hash, now) ? [at + 1] : []));
}

const posts = (count: number) => Array<Step>(count).fill('post');

describe('the secrets of a device', () => {
  it('have 256 random bits', () => {
    expect(Buffer.from(createSecret(), 'base64url')).toHaveLength(32);
    expect(createSecret()).not.toBe(createSecret());
  });

  it.each<[string, Step[], number[]]>([
    ['one registration gives one', ['post'], [1]],
    ['the old one and the new one are good', ['post', 'post'], [1, 2]],
    ['using the new one ends the old one', ['post', 'post', 'use 2'], [2]],
    ['using the old one ends nothing', ['post', 'post', 'use 1'], [1, 2]],
    ['after three registrations all three are good', ['post', 'post', 'post'], [1, 2, 3]],
    ['the second ends the first, the third stays', ['post', 'post', 'post', 'use 2'], [2, 3]],
    ['the third ends both', ['post', 'post', 'post', 'use 3'], [3]],
    ['the first ends nothing', ['post', 'post', 'post', 'use 1'], [1, 2, 3]],
    ['an old one is good for a week less a moment', ['post', 'post', 'day 6.999'], [1, 2]],
    ['an old one is good for a week', ['post', 'post', 'day 7'], [2]],
    ['its week begins when it is replaced', ['post', 'day 100', 'post', 'day 106.999'], [1, 2]],
    ['the newest has no week', ['post', 'day 1000'], [1]],
    ['no later registration makes its week longer', ['post', 'post', 'day 6', 'post', 'day 7'], [2, 3]],
    ['each has a week of its own', ['post', 'post', 'day 3', 'post', 'day 8'], [2, 3]],
    ['using it makes its week no longer', ['post', 'post', 'day 6', 'use 1', 'day 7'], [2]],
    ['what a used one ended stays ended', ['post', 'post', 'use 2', 'post'], [2, 3]],
    ['a newer one that is used later still ends older ones', ['post', 'post', 'post', 'use 1', 'use 2'], [2, 3]],
  ])('%s', (_what, steps, good) => {
    expect(goodAfter(steps)).toEqual(good);
  });

  it('keep the one the app uses however often somebody else registers its token in its week', () => {
    const good = goodAfter([...posts(1), 'use 1', ...posts(35)]);
    expect(good).toHaveLength(MAX_OLD_SECRETS + 1);
    expect(good[0]).toBe(1);
    expect(good.at(-1)).toBe(36);
  });

  it('are nobody else’s', () => {
    const row = withNewSecret(withFirstSecret(nth(1)), nth(2), NOW);
    expect(recognizesSecret(row, nth(3), NOW)).toBe(false);
    expect(recognizesSecret(undefined, nth(1), NOW)).toBe(false);
    // What is missing is compared with this, and it must open nothing either.
    expect(recognizesSecret(undefined, '0'.repeat(64), NOW)).toBe(false);
    expect(recognizesSecret(row, '0'.repeat(64), NOW)).toBe(false);
  });
});
