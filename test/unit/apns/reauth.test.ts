import { closeAll, createSender, expectAgreement, PROVIDER_KEY, startApns, type Sender } from './lane';
import type { Simulator } from '../../simulator';
import { startProxy } from './servers';
import { until } from '../../until';

afterEach(closeAll);

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const tokensSeen = (apns: Simulator) => new Set(apns.log.map(({ headers }) => headers.authorization)).size;

/** How many provider tokens each connection has carried. */
function tokensPerConnection(apns: Simulator): number[] {
  const tokens = new Map<number, Set<unknown>>();
  for (const { connection, headers } of apns.log) {
    tokens.set(connection, (tokens.get(connection) ?? new Set()).add(headers.authorization));
  }
  return [...tokens.values()].map(({ size }) => size);
}

async function warm(sender: Sender): Promise<void> {
  await sender.push(1);
  await sender.settled();
  await until(() => sender.client.room > 1, { what: 'the window to open' });
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
    await until(() => apns.log.some(({ reason }) => reason === 'ExpiredProviderToken'), { what: 'the first refusal' });
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

describe('a stray refusal of all', () => {
  it.each([
    ['InvalidProviderToken', { reason: 'InvalidProviderToken' }],
    ['TopicDisallowed', { reason: 'TopicDisallowed' }],
    ['Forbidden', { reason: 'Forbidden' }],
    ['a 403 without a reason', { status: 403, reason: 'Forbidden', emptyBody: true }],
  ])('by %s is asked again with a new token on a new connection', async (_, refusal) => {
    const apns = await startApns({ latencyMs: 5 });
    const sender = createSender(apns);
    await warm(sender);
    apns.behave({ after: 100, times: 1, ...refusal });
    await sender.push(300);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 301 });
    expect(tokensPerConnection(apns)).toEqual([1, 1]);
    expect(tokensSeen(apns)).toBe(2);
  });

  it('that comes again comes back for all that were refused, without asking for each', async () => {
    const apns = await startApns({ latencyMs: 20 });
    const sender = createSender(apns);
    await warm(sender);
    apns.behave({ reason: 'TopicDisallowed' });
    await sender.push(200);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 1, 'rejected 400 TopicDisallowed': 200 });
    expect(apns.log.length).toBeLessThan(1 + 200 + 10);
  });
});

describe('the provider token', () => {
  it('that is renewed goes onto a new connection, made beforehand, and pushes go on meanwhile', async () => {
    let offset = 0;
    const now = () => Date.now() + offset;
    const apns = await startApns({ now });
    const sender = createSender({ ...apns, now });
    await warm(sender);
    offset = 51 * MINUTE_MS;
    // Each push is awaited, so the connection that is in use always has room for the next.
    await until(
      async () => {
        await sender.push(1);
        expect(sender.client.room).toBeGreaterThan(0);
        await sender.settled();
        return apns.summary().connections === 2 && sender.client.state.connections === 1;
      },
      { what: 'the new connection to be the only one' },
    );
    expect(tokensPerConnection(apns)).toEqual([1, 1]);
    expect(sender.tally()).toEqual({ accepted: sender.sent.length });
    expect(sender.events.filter(({ type }) => type === 'failed')).toEqual([]);
    expectAgreement(apns, sender);
  });

  it('47 minutes old on a fresh connection is not followed by another on it four minutes later', async () => {
    let offset = 0;
    const now = () => Date.now() + offset;
    const apns = await startApns({ now });
    const sender = createSender({ ...apns, now });
    await warm(sender);
    offset = 47 * MINUTE_MS;
    apns.behave({ now: true, goaway: {} });
    await until(() => sender.client.state.connections === 0, { what: 'the first connection to be gone' });
    await warm(sender);
    offset = 51 * MINUTE_MS;
    await sender.push(200);
    await sender.settled();
    await until(
      async () => {
        await sender.push(1);
        await sender.settled();
        return tokensSeen(apns) === 2;
      },
      { what: 'the renewed token to be used' },
    );
    expect(tokensPerConnection(apns)).toEqual([1, 1, 1]);
    expect(sender.tally()).toEqual({ accepted: sender.sent.length });
    expectAgreement(apns, sender);
  });

  it('that is renewed on several connections leaves no push refused', async () => {
    let offset = 0;
    const now = () => Date.now() + offset;
    const apns = await startApns({ now, streams: 20, latencyMs: 5 });
    const sender = createSender({ ...apns, now, connections: 3 });
    await sender.push(200);
    await sender.settled();
    expect(sender.client.state.connections).toBe(3);
    offset = 51 * MINUTE_MS;
    await sender.push(400);
    await sender.settled();
    expect(tokensSeen(apns)).toBe(2);
    expect(new Set(tokensPerConnection(apns))).toEqual(new Set([1]));
    expect(sender.tally()).toEqual({ accepted: 600 });
    expectAgreement(apns, sender);
  });

  it('is used on while no new connection can be made for the renewed one', async () => {
    let offset = 0;
    const now = () => Date.now() + offset;
    const apns = await startApns({ now });
    const proxy = await startProxy();
    const sender = createSender({ ...apns, now, proxy: proxy.url });
    await warm(sender);
    proxy.refuse(503);
    offset = 51 * MINUTE_MS;
    await until(
      async () => {
        await sender.push(1);
        await sender.settled();
        return sender.events.filter(({ type }) => type === 'failed').length >= 2;
      },
      { what: 'two attempts to fail' },
    );
    expect(sender.client.state.kind).toBe('open');
    proxy.refuse(null);
    await until(
      async () => {
        await sender.push(1);
        await sender.settled();
        return tokensSeen(apns) === 2;
      },
      { what: 'the renewed token to be used' },
    );
    expect(sender.tally()).toEqual({ accepted: sender.sent.length });
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

  it.each([70_000, 30 * MINUTE_MS])('survives a clock that is set back by %i ms', async (backMs) => {
    const apns = await startApns();
    let offset = 0;
    const sender = createSender({ ...apns, now: () => Date.now() + offset });
    await warm(sender);
    offset = -backMs;
    await sender.push(20);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 21 });
    expect(tokensPerConnection(apns)).toEqual([1]);
    expectAgreement(apns, sender);
  });

  it('that was refused for a wrong clock is made anew as soon as the clock is right', async () => {
    const apns = await startApns();
    let offset = -2 * HOUR_MS;
    const sender = createSender({ ...apns, now: () => Date.now() + offset });
    await sender.push(1);
    await sender.settled();
    expect(sender.tally()).toEqual({ 'rejected 403 ExpiredProviderToken': 1 });
    offset = 0;
    await sender.push(20);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 20, 'rejected 403 ExpiredProviderToken': 1 });
    expect(new Set(tokensPerConnection(apns))).toEqual(new Set([1]));
  });

  it('of the future by a wrong clock is made anew as soon as the clock is set back', async () => {
    const apns = await startApns();
    let offset = 5 * MINUTE_MS;
    const sender = createSender({ ...apns, now: () => Date.now() + offset });
    await sender.push(1);
    await sender.settled();
    expect(sender.tally()).toEqual({ 'rejected 403 InvalidProviderToken': 1 });
    offset = 0;
    await sender.push(20);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 20, 'rejected 403 InvalidProviderToken': 1 });
    expect(new Set(tokensPerConnection(apns))).toEqual(new Set([1]));
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
