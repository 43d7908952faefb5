import {
  createSecret,
  hashSecret,
  OLD_SECRET_LIFE_MS,
  recognizeSecret,
  withNewSecret,
  withUsedSecret,
  type SecretColumns,
} from '../../../server/devices/secrets';

const NOW = 1_800_000_000_000;
const [first, second, third] = [createSecret(), createSecret(), createSecret()].map(hashSecret) as [
  string,
  string,
  string,
];

const fresh: SecretColumns = { secret_hash: first, old_secret_hash: null, old_secret_until: null };
const registeredTwice = withNewSecret(fresh, second, NOW);

describe('the secrets of a device', () => {
  it('have 256 random bits', () => {
    expect(Buffer.from(createSecret(), 'base64url')).toHaveLength(32);
    expect(createSecret()).not.toBe(createSecret());
  });

  it('are both good after it registered again', () => {
    expect(recognizeSecret(registeredTwice, first, NOW)).toBe('older');
    expect(recognizeSecret(registeredTwice, second, NOW)).toBe('newest');
  });

  it('lose the older one when the newest is used', () => {
    const used = withUsedSecret(registeredTwice, 'newest');
    expect(recognizeSecret(used, first, NOW)).toBeNull();
    expect(recognizeSecret(used, second, NOW)).toBe('newest');
  });

  it('keep both when the older is used', () => {
    const used = withUsedSecret(registeredTwice, 'older');
    expect(recognizeSecret(used, first, NOW)).toBe('older');
    expect(recognizeSecret(used, second, NOW)).toBe('newest');
  });

  it('lose the older one after a week', () => {
    expect(recognizeSecret(registeredTwice, first, NOW + OLD_SECRET_LIFE_MS - 1)).toBe('older');
    expect(recognizeSecret(registeredTwice, first, NOW + OLD_SECRET_LIFE_MS)).toBeNull();
    expect(recognizeSecret(registeredTwice, second, NOW + OLD_SECRET_LIFE_MS)).toBe('newest');
  });

  it('keep the one the app uses however often somebody else registers its token', () => {
    const thrice = withNewSecret(registeredTwice, third, NOW + 1);
    expect(recognizeSecret(thrice, first, NOW + 2)).toBe('older');
    expect(recognizeSecret(thrice, second, NOW + 2)).toBeNull();
    expect(recognizeSecret(thrice, third, NOW + 2)).toBe('newest');
  });

  it('keep the newest as the older when the week was over before', () => {
    const later = withNewSecret(registeredTwice, third, NOW + OLD_SECRET_LIFE_MS);
    expect(recognizeSecret(later, first, NOW + OLD_SECRET_LIFE_MS)).toBeNull();
    expect(recognizeSecret(later, second, NOW + OLD_SECRET_LIFE_MS)).toBe('older');
  });

  it('are nobody else’s', () => {
    expect(recognizeSecret(registeredTwice, third, NOW)).toBeNull();
    expect(recognizeSecret(undefined, first, NOW)).toBeNull();
    // What an unknown device is compared with must open nothing either.
    expect(recognizeSecret(undefined, '0'.repeat(64), NOW)).toBeNull();
    expect(recognizeSecret(fresh, '0'.repeat(64), NOW)).toBeNull();
  });
});
