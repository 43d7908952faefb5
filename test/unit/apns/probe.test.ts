import { createPrivateKey } from 'node:crypto';
import { checkCredential, createProviderTokens, REASONS } from '../../../server/apns';
import { createSigningKey } from '../../simulator';
import { closeAll, createSender, CREDENTIAL, PROVIDER_KEY, startApns, TOPIC } from './lane';
import { until } from '../../until';

afterEach(closeAll);

const DEVICE = 'ab'.repeat(32);

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
    device: null,
    ...options,
  });

describe('checking a credential', () => {
  it('finds no fault by BadDeviceToken, and says that this is no proof', async () => {
    const apns = await startApns();
    const result = await check(apns);
    expect(result).toMatchObject({ ok: true, proves: 'no-fault', code: 'BadDeviceToken', status: 400 });
    expect(result.message).toContain('no proof');
    expect(apns.log).toHaveLength(1);
    expect(apns.log[0]).toMatchObject({ token: '0'.repeat(64), topic: TOPIC });
    await until(() => apns.openConnections === 0, { what: 'its connection to be gone' });
  });

  it('proves all when APNs takes a push to a registered device', async () => {
    const apns = await startApns();
    const result = await check(apns, { device: DEVICE });
    expect(result).toMatchObject({ ok: true, proves: 'all', code: 'accepted', status: 200 });
    expect(result.message).toContain('bundle id are good');
    expect(apns.log.map(({ token }) => token)).toEqual(['0'.repeat(64), DEVICE]);
    expect(apns.log[1].body).toEqual({ aps: { 'content-available': 1 } });
    expect(apns.summary().connections).toBe(1);
  });

  it.each(['BadDeviceToken', 'Unregistered', 'DeviceTokenNotForTopic'])(
    'proves no more when the registered device is refused by %s',
    async (reason) => {
      const apns = await startApns();
      apns.behave({ token: DEVICE, reason });
      expect(await check(apns, { device: DEVICE })).toMatchObject({ ok: true, proves: 'no-fault' });
    },
  );

  it('names what APNs finds wrong only with a registered device', async () => {
    const apns = await startApns();
    apns.behave({ token: DEVICE, reason: 'TopicDisallowed' });
    const result = await check(apns, { device: DEVICE });
    expect(result).toMatchObject({ ok: false, proves: 'nothing', code: 'TopicDisallowed' });
  });

  it.each([
    [429, 'TooManyProviderTokenUpdates'],
    [429, 'TooManyRequests'],
    [500, 'InternalServerError'],
    [503, 'ServiceUnavailable'],
    [418, 'SomethingNew'],
  ])('proves nothing by %i %s, which says nothing of the credential', async (status, reason) => {
    const apns = await startApns();
    apns.behave({ token: DEVICE, status, reason });
    expect(await check(apns, { device: DEVICE })).toMatchObject({ ok: false, proves: 'nothing', code: reason, status });
  });

  it('wakes nobody when the key is refused', async () => {
    const apns = await startApns();
    const key = createPrivateKey(createSigningKey().privateKeyPem);
    const result = await check(apns, { credential: { ...CREDENTIAL, key }, device: DEVICE });
    expect(result).toMatchObject({ ok: false, proves: 'nothing', code: 'InvalidProviderToken' });
    expect(apns.log.map(({ token }) => token)).not.toContain(DEVICE);
  });

  it('carries the provider token that the lane’s pushes carry, however often it is asked', async () => {
    const apns = await startApns();
    const providerToken = createProviderTokens(Date.now).of(1, CREDENTIAL);
    const sender = createSender({ ...apns, providerToken });
    await sender.push(1);
    await sender.settled();
    for (let times = 0; times < 3; times++) await check(apns, { providerToken });
    expect(new Set(apns.log.map(({ headers }) => headers.authorization)).size).toBe(1);
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
