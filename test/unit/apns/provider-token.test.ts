import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { createPublicKey } from 'node:crypto';
import { createProviderToken } from '../../../server/apns/provider-token';
import { CREDENTIAL, KEY_ID, TEAM_ID } from './lane';

const MINUTE_MS = 60_000;
const START = 1_700_000_000_500;

function setUp() {
  let at = START;
  const token = createProviderToken({ ...CREDENTIAL, now: () => at });
  return {
    token,
    pass: (ms: number) => (at += ms),
    /** Whatever is being signed has been signed. */
    async signed() {
      token.current();
      const ready = token.ready();
      return ready;
    },
  };
}

const jwtOf = (header: string) => header.replace(/^bearer /, '');

describe('the provider token', () => {
  it('says what Apple asks for and nothing else, and is signed with the key', async () => {
    const { token } = setUp();
    const header = await token.ready();
    expect(header).toMatch(/^bearer [\w-]+\.[\w-]+\.[\w-]+$/);
    expect(decodeProtectedHeader(jwtOf(header))).toEqual({ alg: 'ES256', kid: KEY_ID });
    expect(decodeJwt(jwtOf(header))).toEqual({ iss: TEAM_ID, iat: Math.floor(START / 1000) });
    await expect(jwtVerify(jwtOf(header), createPublicKey(CREDENTIAL.key))).resolves.toBeDefined();
  });

  it('is there at once when it was made, and null before', async () => {
    const { token } = setUp();
    expect(token.current()).toBeNull();
    const header = await token.ready();
    expect(token.current()).toBe(header);
  });

  it('is made once, however many ask at the same time', async () => {
    const { token } = setUp();
    token.current();
    const headers = await Promise.all(Array.from({ length: 20 }, () => token.ready()));
    expect(new Set(headers).size).toBe(1);
  });

  it('is renewed at 50 minutes, in the background', async () => {
    const { token, pass } = setUp();
    const first = await token.ready();
    pass(50 * MINUTE_MS - 1);
    expect(token.current()).toBe(first);
    pass(1);
    expect(token.current()).toBe(first);
    await expectRenewal(token, first);
  });

  it('is worth nothing at 59 minutes', async () => {
    const { token, pass } = setUp();
    const first = await token.ready();
    pass(59 * MINUTE_MS);
    expect(token.current()).toBeNull();
    expect(await token.ready()).not.toBe(first);
  });

  it('is stale when the clock was set back', async () => {
    const { token, pass } = setUp();
    const first = await token.ready();
    pass(-30 * MINUTE_MS);
    expect(token.current()).toBeNull();
    const second = await token.ready();
    expect(decodeJwt(jwtOf(second)).iat).toBe(Math.floor((START - 30 * MINUTE_MS) / 1000));
    expect(second).not.toBe(first);
    expect(token.current()).toBe(second);
  });

  it('survives what time services do to a clock', async () => {
    const { token, pass } = setUp();
    const first = await token.ready();
    pass(-2_000);
    expect(token.current()).toBe(first);
  });

  it('is renewed once when APNs holds it for expired, whatever its age', async () => {
    const { token, pass } = setUp();
    const first = await token.ready();
    pass(1_000);
    expect(token.expired(first)).toBe('renewing');
    expect(token.expired(first)).toBe('renewed');
    expect(token.current()).toBeNull();
    const second = await token.ready();
    expect(second).not.toBe(first);
    // A late answer to a request that carried the first one.
    expect(token.expired(first)).toBe('renewed');
    expect(token.current()).toBe(second);
  });

  it('is not renewed again within 20 minutes of that: the clock must be wrong', async () => {
    const { token, pass } = setUp();
    token.expired(await token.ready());
    const second = await token.ready();
    pass(20 * MINUTE_MS - 1);
    expect(token.expired(second)).toBe('final');
    expect(token.current()).toBe(second);
    pass(1);
    expect(token.expired(second)).toBe('renewing');
  });

  it('stays when APNs saw too many: no new one for 20 minutes', async () => {
    const { token, pass } = setUp();
    const first = await token.ready();
    pass(45 * MINUTE_MS);
    token.holdRenewal();
    pass(10 * MINUTE_MS);
    expect(token.current()).toBe(first);
    expect(await token.ready()).toBe(first);
    // But not longer than it is good for.
    pass(4 * MINUTE_MS);
    expect(token.current()).toBeNull();
    expect(await token.ready()).not.toBe(first);
  });
});

async function expectRenewal(token: ReturnType<typeof createProviderToken>, first: string): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (token.current() === first) {
    if (Date.now() > deadline) throw new Error('The token was not renewed.');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(token.current()).toEqual(expect.stringMatching(/^bearer /));
}
