import { createPrivateKey } from 'node:crypto';
import { checkCredential, REASONS } from '../../../server/apns';
import { createSigningKey } from '../../simulator';
import { closeAll, CREDENTIAL, PROVIDER_KEY, startApns, TOPIC } from './lane';
import { until } from './until';

afterEach(closeAll);

type Apns = Awaited<ReturnType<typeof startApns>>;

const check = (
  { origin, ca }: Pick<Apns, 'origin' | 'ca'>,
  options: Partial<Parameters<typeof checkCredential>[0]> = {},
) =>
  checkCredential({
    origin,
    ca,
    credential: CREDENTIAL,
    requestTimeoutMs: 2_000,
    proxy: null,
    topic: TOPIC,
    ...options,
  });

describe('checking a credential', () => {
  it('finds it good by BadDeviceToken, and says that this does not prove the bundle id', async () => {
    const apns = await startApns();
    const result = await check(apns);
    expect(result).toMatchObject({ ok: true, code: 'BadDeviceToken', status: 400, reason: 'BadDeviceToken' });
    expect(result.message).toContain('does not prove that the bundle id is right');
    expect(apns.log).toHaveLength(1);
    expect(apns.log[0]).toMatchObject({ token: '0'.repeat(64), topic: TOPIC });
    await until(() => apns.openConnections === 0, 'its connection to be gone');
  });

  it.each(['DeviceTokenNotForTopic', 'Unregistered'] as const)('finds it good by %s as well', async (reason) => {
    // The simulator's own rule would answer BadDeviceToken.
    const apns = await startApns();
    apns.behave({ reason });
    const { ok, code } = await check(apns);
    expect({ ok, code: [reason, 'BadDeviceToken'].includes(code as typeof reason) }).toEqual({ ok: true, code: true });
  });

  it('names another key', async () => {
    const apns = await startApns();
    const key = createPrivateKey(createSigningKey().privateKeyPem);
    const { meaning, remedy } = REASONS.InvalidProviderToken;
    const expected = { ok: false, code: 'InvalidProviderToken', status: 403, message: meaning, remedy };
    expect(await check(apns, { credential: { ...CREDENTIAL, key } })).toMatchObject(expected);
    expect(await check(apns, { credential: { ...CREDENTIAL, teamId: 'OTHERTEAM0' } })).toMatchObject(expected);
    expect(await check(apns, { credential: { ...CREDENTIAL, keyId: 'OTHERKEY00' } })).toMatchObject(expected);
  });

  it('names a key of the other environment', async () => {
    const apns = await startApns({ keys: [{ ...PROVIDER_KEY, environment: 'sandbox' }] });
    expect(await check(apns)).toMatchObject({ ok: false, code: 'BadEnvironmentKeyInToken', status: 403 });
  });

  it('names the clock', async () => {
    const apns = await startApns();
    const result = await check(apns, { now: () => Date.now() - 2 * 3_600_000 });
    expect(result).toMatchObject({
      ok: false,
      code: 'ExpiredProviderToken',
      message: expect.stringContaining('clock'),
    });
  });

  it('explains why APNs cannot be reached, at the first attempt', async () => {
    const result = await check({ origin: 'https://localhost:1', ca: '' }, { ca: null });
    expect(result).toMatchObject({ ok: false, code: 'refused', status: null, reason: null });
    expect(result.message).toContain('localhost:1 refuses connections');
    expect(result.remedy).not.toBe('');
  });

  it('explains that there was no answer', async () => {
    const apns = await startApns();
    apns.behave({ now: true, wire: { mute: true } });
    apns.behave({ hang: true });
    apns.giveOut('0'.repeat(64), TOPIC);
    const result = await check(apns, { requestTimeoutMs: 200 });
    expect(result).toMatchObject({ ok: false, code: 'timeout', status: null });
  });
});
