import dns from 'node:dns';
import { DeviceTokenError } from '../../../server/apns';
import { closeAll, createSender, expectAgreement, startApns, TOPIC } from './lane';
import type { Effects } from '../../simulator';
import { until } from '../../until';

afterEach(closeAll);

describe('sending', () => {
  it('delivers 3,000 pushes over one connection, after one that warms it up', async () => {
    const apns = await startApns();
    const sender = createSender(apns);
    await sender.push(3_000);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 3_000 });
    expect(apns.summary()).toMatchObject({ received: 3_000, unique: 3_000, duplicates: 0, refused: 0, connections: 1 });
    expectAgreement(apns, sender);
  });

  it('sends what Apple asks of a background push, with one provider token for all', async () => {
    const apns = await startApns();
    const sender = createSender(apns);
    const [push] = await sender.push(5);
    await sender.settled();
    const entry = apns.log.find(({ apnsId }) => apnsId === push.apnsId);
    expect(entry).toMatchObject({
      token: push.token,
      topic: TOPIC,
      headers: {
        ':method': 'POST',
        ':path': `/3/device/${push.token}`,
        'apns-push-type': 'background',
        'apns-priority': '5',
        'apns-expiration': String(push.notification.expiration),
      },
      body: { aps: { 'content-available': 1 }, content: { v: 1 } },
    });
    expect(new Set(apns.log.map(({ headers }) => headers.authorization)).size).toBe(1);
    expect(push.outcome).toEqual({ kind: 'accepted', apnsId: push.apnsId });
  });

  it('has no room before the connection is warm, room for one then, and for the window after the first answer', async () => {
    const apns = await startApns({ streams: 50 });
    const takeBack = apns.behave({ hang: true, times: 1 });
    const sender = createSender({ ...apns, streams: 30, requestTimeoutMs: 300 });
    expect(sender.client.room).toBe(0);
    expect(sender.client.state.kind).toBe('idle');
    const ready = sender.client.ready();
    expect(sender.client.state.kind).toBe('connecting');
    await ready;
    expect(sender.client.room).toBe(1);
    await sender.push(1);
    expect(sender.client.room).toBe(0);
    await sender.settled();
    takeBack();
    expect(sender.tally()).toEqual({ 'unknown timeout': 1 });
    await sender.client.ready();
    expect(sender.client.room).toBe(1);
    await sender.push(1);
    await until(() => sender.client.room === 30, { what: 'the window to open' });
    expect(sender.client.state).toMatchObject({ kind: 'open', window: 30, connections: 1, inFlight: 0 });
    expectAgreement(apns, sender);
  });

  it('throws when there is no room, or the token is no token', async () => {
    const apns = await startApns();
    const sender = createSender(apns);
    const push = { notification: (await sender.push(1))[0].notification, apnsId: 'x', settle: () => undefined };
    await sender.settled();
    await sender.client.ready();
    expect(() => sender.client.send({ ...push, token: '../../evil' })).toThrow(DeviceTokenError);
    await sender.client.close(0);
    expect(() => sender.client.send({ ...push, token: 'aa' })).toThrow(RangeError);
  });

  it('keeps to the stream limit of the server, down and up', async () => {
    const apns = await startApns({ streams: 1_000, latencyMs: 5 });
    const sender = createSender(apns);
    await sender.push(500);
    apns.behave({ now: true, streams: 1 });
    await until(() => sender.client.state.window === 1, { what: 'the window to shrink' });
    await sender.push(20);
    expect(sender.client.state.inFlight).toBeLessThanOrEqual(1);
    apns.behave({ now: true, streams: 1_000 });
    await until(() => sender.client.state.window === 1_000, { what: 'the window to grow' });
    await sender.push(500);
    await sender.settled();
    // What was under way when the limit fell may have been refused; nothing else.
    const { accepted, 'unsent refused-stream': refused = 0, ...others } = sender.tally();
    expect(others).toEqual({});
    expect(accepted + refused).toBe(1_020);
    expect(sender.client.state.connections).toBe(1);
    expectAgreement(apns, sender);
  });

  it('never has more under way than the window, even while the limit changes under load', async () => {
    const apns = await startApns({ streams: 100, latencyMs: 2 });
    let most = 0;
    const sender = createSender({ ...apns, onEvent: () => (most = Math.max(most, sender.client.state.inFlight)) });
    for (const streams of [100, 7, 100, 1, 100]) {
      apns.behave({ now: true, streams });
      await sender.push(300);
    }
    await sender.settled();
    expect(most).toBeLessThanOrEqual(100);
    const { accepted, 'unsent refused-stream': refused = 0, ...others } = sender.tally();
    expect(others).toEqual({});
    expect(accepted + refused).toBe(1_500);
    expectAgreement(apns, sender);
  });

  it('waits out a stream limit of 0', async () => {
    const apns = await startApns();
    const sender = createSender(apns);
    await sender.push(5);
    await sender.settled();
    apns.behave({ now: true, streams: 0 });
    await until(() => sender.client.room === 0, { what: 'the window to close' });
    const pushing = sender.push(10);
    apns.behave({ now: true, streams: 100 });
    await pushing;
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 15 });
    expectAgreement(apns, sender);
  });

  it('opens another connection only when the window is the limit', async () => {
    const apns = await startApns({ streams: 10, latencyMs: 20 });
    const sender = createSender({ ...apns, connections: 3 });
    await sender.push(8);
    await sender.settled();
    expect(sender.client.state.connections).toBe(1);
    await sender.push(300);
    await sender.settled();
    expect(sender.client.state).toMatchObject({ connections: 3, window: 30 });
    expect(sender.tally()).toEqual({ accepted: 308 });
    expectAgreement(apns, sender);
  });

  it('looks the host up anew for each connection', async () => {
    const apns = await startApns({ streams: 10, latencyMs: 20 });
    const lookups = jest.spyOn(dns, 'lookup');
    const sender = createSender({ ...apns, connections: 3 });
    await sender.push(300);
    await sender.settled();
    expect(lookups.mock.calls.map(([host]) => host)).toEqual(['localhost', 'localhost', 'localhost']);
    apns.behave({ now: true, cut: true });
    await until(() => sender.client.state.connections === 0, { what: 'the connections to be gone' });
    await sender.push(1);
    await sender.settled();
    expect(lookups).toHaveBeenCalledTimes(4);
    lookups.mockRestore();
  });

  it('keeps two credentials on two connections', async () => {
    const apns = await startApns();
    const senders = [createSender(apns), createSender(apns)];
    await Promise.all(senders.map((sender) => sender.push(50)));
    await Promise.all(senders.map((sender) => sender.settled()));
    expect(apns.summary().connections).toBe(2);
    expect(senders.map((sender) => sender.tally())).toEqual([{ accepted: 50 }, { accepted: 50 }]);
    expectAgreement(apns, ...senders);
  });

  it('closes an idle connection and makes another when there is something to send', async () => {
    const apns = await startApns();
    const sender = createSender({ ...apns, idleMs: 80 });
    await sender.push(3);
    await sender.settled();
    await until(() => apns.openConnections === 0, { what: 'the connection to be closed' });
    const { state } = sender.client;
    expect(state).toMatchObject({ kind: 'idle', connections: 0, inFlight: 0, window: 0, states: {} });
    expect(state.error).toBeUndefined();
    await sender.push(3);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 6 });
    expect(apns.summary().connections).toBe(2);
  });
});

describe('outcomes', () => {
  it.each([
    ['Unregistered', 410],
    ['BadDeviceToken', 400],
    ['TooManyRequests', 429],
    ['InternalServerError', 500],
    ['TopicDisallowed', 400],
  ])('hands %s over with its status', async (reason, status) => {
    const apns = await startApns();
    const sender = createSender(apns);
    await sender.push(2);
    await sender.settled();
    apns.behave({ reason, timestamp: status === 410 ? 1_700_000_000_000 : undefined });
    const [push] = await sender.push(1);
    await sender.settled();
    expect(push.outcome).toEqual({
      kind: 'rejected',
      status,
      reason,
      ...(status === 410 ? { invalidSince: new Date(1_700_000_000_000) } : {}),
    });
    expectAgreement(apns, sender);
  });

  it.each<[string, Effects, string]>([
    ['an empty body', { status: 400, emptyBody: true }, ''],
    ['a page of HTML', { status: 503, htmlBody: true }, ''],
    ['a reason nobody knows', { status: 418, reason: 'Teapot' }, 'Teapot'],
    ['frames split and padded', { reason: 'BadDeviceToken', wire: { splitFrames: true } }, 'BadDeviceToken'],
    ['bytes one at a time', { reason: 'BadDeviceToken', wire: { slowBytes: true } }, 'BadDeviceToken'],
  ])('keeps the status of an answer with %s', async (_, effects, reason) => {
    const apns = await startApns();
    const sender = createSender(apns);
    apns.behave({ ...effects, times: 1 });
    const [push] = await sender.push(1);
    await sender.settled();
    expect(push.outcome).toMatchObject({ kind: 'rejected', status: effects.status ?? 400, reason });
    expectAgreement(apns, sender);
  });

  it('understands retry-after in seconds', async () => {
    const apns = await startApns();
    const sender = createSender(apns);
    apns.behave({ reason: 'ServiceUnavailable', headers: { 'retry-after': '120' } });
    const [push] = await sender.push(1);
    await sender.settled();
    expect(push.outcome).toMatchObject({ status: 503, retryAfterMs: 120_000 });
  });
});
