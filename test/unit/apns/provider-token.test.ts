import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { createPublicKey } from 'node:crypto';
import { createProviderToken } from '../../../server/apns/provider-token';
import { CREDENTIAL, KEY_ID, TEAM_ID } from './lane';

const MINUTE_MS = 60_000;
const START = 1_700_000_000_500;

function setUp() {
  let at = START;
  let passed = 0;
  const token = createProviderToken({ ...CREDENTIAL, now: () => at, monotonic: () => passed });
  return {
    token,
    pass: (ms: number) => void ((at += ms), (passed += ms)),
    /** As an administrator or a time service sets the clock. */
    setClock: (ms: number) => void (at += ms),
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

  it.each([2_000, 70_000, 30 * MINUTE_MS])(
    'stays when the clock is set back by %i ms, and grows no younger',
    async (ms) => {
      const { token, pass, setClock } = setUp();
      const first = await token.ready();
      pass(40 * MINUTE_MS);
      setClock(-ms);
      expect(token.current()).toBe(first);
      pass(10 * MINUTE_MS);
      await expectRenewal(token, first);
    },
  );

  it('ages with the clock alone while the machine sleeps', async () => {
    const { token, setClock } = setUp();
    const first = await token.ready();
    setClock(59 * MINUTE_MS);
    expect(token.current()).toBeNull();
    expect(await token.ready()).not.toBe(first);
  });

  it('is renewed by the right clock when the wrong one was set and APNs refuses it again', async () => {
    const { token, setClock } = setUp();
    token.refused(await token.ready());
    const second = await token.ready();
    expect(token.refused(second)).toBe('final');
    setClock(-70_000);
    expect(token.refused(second)).toBe('renewing');
    expect(decodeJwt(jwtOf(await token.ready())).iat).toBe(Math.floor((START - 70_000) / 1000));
  });

  it('and the one before it are usable, until that is too old or was refused', async () => {
    const { token, pass } = setUp();
    const first = await token.ready();
    expect(token.isUsable(first)).toBe(true);
    pass(50 * MINUTE_MS);
    await expectRenewal(token, first);
    const second = token.current() as string;
    expect([first, second].map((header) => token.isUsable(header))).toEqual([true, true]);
    pass(9 * MINUTE_MS);
    expect(token.current()).toBe(second);
    expect([first, second].map((header) => token.isUsable(header))).toEqual([false, true]);
    token.refused(second);
    expect(token.isUsable(second)).toBe(false);
  });

  it('is renewed once when APNs refuses it, whatever its age', async () => {
    const { token, pass } = setUp();
    const first = await token.ready();
    pass(1_000);
    expect(token.refused(first)).toBe('renewing');
    expect(token.refused(first)).toBe('renewed');
    expect(token.current()).toBeNull();
    const second = await token.ready();
    expect(second).not.toBe(first);
    // A late answer to a request that carried the first one.
    expect(token.refused(first)).toBe('renewed');
    expect(token.current()).toBe(second);
  });

  it('is not renewed again within 20 minutes of that: the clock must be wrong', async () => {
    const { token, pass } = setUp();
    token.refused(await token.ready());
    const second = await token.ready();
    pass(20 * MINUTE_MS - 1);
    expect(token.refused(second)).toBe('final');
    expect(token.current()).toBe(second);
    pass(1);
    expect(token.refused(second)).toBe('renewing');
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
