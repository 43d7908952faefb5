import { closeAll, createSender, expectAgreement, PROVIDER_KEY, startApns, type Sender } from './lane';
import type { Simulator } from '../../simulator';
import { until } from './until';

afterEach(closeAll);
jest.setTimeout(30_000);

const HOUR_MS = 3_600_000;

const tokensSeen = (apns: Simulator) => new Set(apns.log.map(({ headers }) => headers.authorization)).size;

async function warm(sender: Sender): Promise<void> {
  await sender.push(1);
  await sender.settled();
  await until(() => sender.client.room > 1, 'the window to open');
}

describe('ExpiredProviderToken', () => {
  it('is healed with exactly one new token and one new connection, and every push arrives', async () => {
    const apns = await startApns({ latencyMs: 10 });
    const sender = createSender(apns);
    await warm(sender);
    apns.behave({ connections: 'existing', reason: 'ExpiredProviderToken' });
    await sender.push(300);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 301 });
    expect(apns.summary().connections).toBe(2);
    // A provider token holds seconds: made anew within one, ES256 still signs it differently.
    expect(tokensSeen(apns)).toBe(2);
    expectAgreement(apns, sender);
  });

  it('on the very first push is healed as well', async () => {
    const apns = await startApns();
    const sender = createSender(apns);
    apns.behave({ times: 1, reason: 'ExpiredProviderToken' });
    await sender.push(50);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 50 });
    expect(apns.summary().perStatus).toEqual({ 200: 50, 403: 1 });
    expect(tokensSeen(apns)).toBe(2);
    expectAgreement(apns, sender);
  });

  it('on several connections is healed with one new token for all', async () => {
    const apns = await startApns({ streams: 20, latencyMs: 10 });
    const sender = createSender({ ...apns, connections: 3 });
    await sender.push(200);
    await sender.settled();
    expect(sender.client.state.connections).toBe(3);
    apns.behave({ connections: 'existing', reason: 'ExpiredProviderToken' });
    await sender.push(200);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 400 });
    expect(tokensSeen(apns)).toBe(2);
    expectAgreement(apns, sender);
  });

  it('for the new token too comes back as rejected: the clock is wrong', async () => {
    const apns = await startApns();
    const sender = createSender({ ...apns, now: () => Date.now() - 2 * HOUR_MS });
    await sender.push(1);
    await sender.settled();
    expect(sender.tally()).toEqual({ 'rejected 403 ExpiredProviderToken': 1 });
    expect(tokensSeen(apns)).toBe(2);
    await sender.push(20);
    await sender.settled();
    expect(sender.tally()).toEqual({ 'rejected 403 ExpiredProviderToken': 21 });
    expect(tokensSeen(apns)).toBe(2);
    // Refused one at a time, never a windowful at once.
    expect(apns.summary().received).toBe(22);
  });

  it('gives refused pushes back as unsent when no new connection can be made', async () => {
    const apns = await startApns({ latencyMs: 10 });
    const sender = createSender(apns);
    await warm(sender);
    apns.behave({ connections: 'existing', reason: 'ExpiredProviderToken' });
    const pushing = sender.push(5);
    await pushing;
    await until(() => apns.log.some(({ reason }) => reason === 'ExpiredProviderToken'), 'the first refusal');
    await apns.close();
    await sender.settled();
    const { accepted, ...others } = sender.tally();
    expect(accepted).toBe(1);
    expect(Object.keys(others).every((name) => name.startsWith('unsent') || name.startsWith('unknown'))).toBe(true);
    expectAgreement(apns, sender);
  });

  it('gives refused pushes back as unsent when the client is being closed', async () => {
    const apns = await startApns({ latencyMs: 50 });
    const sender = createSender(apns);
    await warm(sender);
    apns.behave({ connections: 'existing', reason: 'ExpiredProviderToken' });
    await sender.push(5);
    await sender.client.close(5_000);
    expect(sender.tally()).toEqual({ accepted: 1, 'unsent closed': 5 });
    expectAgreement(apns, sender);
  });
});

describe('the provider token', () => {
  it('is renewed after 50 minutes on the same connection, and pushes go on meanwhile', async () => {
    let offset = 0;
    const now = () => Date.now() + offset;
    const apns = await startApns({ now });
    const sender = createSender({ ...apns, now });
    await warm(sender);
    offset = 49 * 60_000;
    await sender.push(20);
    await sender.settled();
    expect(tokensSeen(apns)).toBe(1);
    offset = 51 * 60_000;
    await sender.push(20);
    await sender.settled();
    await sender.push(20);
    await sender.settled();
    expect(tokensSeen(apns)).toBe(2);
    expect(sender.tally()).toEqual({ accepted: 61 });
    expect(apns.summary().connections).toBe(1);
    expectAgreement(apns, sender);
  });

  it('that is too old after a long silence is replaced before anything is sent', async () => {
    let offset = 0;
    const now = () => Date.now() + offset;
    const apns = await startApns({ now });
    const sender = createSender({ ...apns, now });
    await warm(sender);
    offset = 3 * HOUR_MS;
    expect(sender.client.room).toBe(0);
    await sender.push(20);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 21 });
    expectAgreement(apns, sender);
  });

  it('stays when APNs answers TooManyProviderTokenUpdates; the connection does not', async () => {
    const apns = await startApns();
    const sender = createSender(apns);
    await warm(sender);
    apns.behave({ connections: 'existing', reason: 'TooManyProviderTokenUpdates' });
    await sender.push(1);
    await sender.settled();
    await sender.push(5);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 6, 'rejected 429 TooManyProviderTokenUpdates': 1 });
    expect(tokensSeen(apns)).toBe(1);
    expect(apns.summary().connections).toBe(2);
    expectAgreement(apns, sender);
  });

  it('that is made anew because the clock was set back is one too many for APNs, once', async () => {
    const apns = await startApns();
    let offset = 0;
    const sender = createSender({ ...apns, now: () => Date.now() + offset });
    await warm(sender);
    offset = -2 * 60_000;
    await sender.push(1);
    await sender.settled();
    const rules = apns.log.map(({ rule }) => rule);
    expect(rules).toEqual([undefined, 'provider-token-updates']);
    await sender.push(20);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 21, 'rejected 429 TooManyProviderTokenUpdates': 1 });
    expect(apns.log.filter(({ rule }) => rule !== undefined)).toHaveLength(1);
    expect(apns.summary().connections).toBe(2);
  });

  it('that APNs does not believe is refused one push at a time', async () => {
    const apns = await startApns({ keys: [{ ...PROVIDER_KEY, teamId: 'OTHERTEAM0' }] });
    const sender = createSender(apns);
    await sender.push(10);
    await sender.settled();
    expect(sender.tally()).toEqual({ 'rejected 403 InvalidProviderToken': 10 });
    expect(sender.client.state.window).toBe(1);
  });
});

describe('answers that ask for a new connection', () => {
  it.each(['UnrelatedKeyIdInToken', 'IdleTimeout', 'Shutdown'])(
    '%s comes back, and the next push goes over a new one',
    async (reason) => {
      const apns = await startApns();
      const sender = createSender(apns);
      await warm(sender);
      apns.behave({ connections: 'existing', reason });
      const [refused] = await sender.push(1);
      await sender.settled();
      expect(refused.outcome).toMatchObject({ kind: 'rejected', reason });
      await sender.push(5);
      await sender.settled();
      expect(sender.tally()).toMatchObject({ accepted: 6 });
      expect(apns.summary().connections).toBe(2);
      expectAgreement(apns, sender);
    },
  );
});
