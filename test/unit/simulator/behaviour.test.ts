import { until } from '../../until';
import { constants } from 'node:http2';
import type { Behaviour, Simulator } from '../../simulator';
import { connect, createFixture, createProvider, device, type Client, type Reply } from './client';

const fixture = createFixture();
afterEach(() => fixture.clear());

const provider = createProvider();
let simulator: Simulator;
let client: Client;

/** A simulator and a client whose connection is already open to all streams; nothing logged yet. */
beforeEach(async () => {
  simulator = await fixture.simulate({ keys: [provider.key], environment: 'sandbox' });
  client = await fixture.connect(simulator, provider.token());
  await client.send();
  simulator.clear();
});

const to = (n: number) => ({ path: `/3/device/${device(n)}` });
const sendTo = (count: number): Promise<Reply[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => client.send(to(index + 1))));
const statuses = (replies: Reply[]) => replies.map(({ status }) => status);
const streamLimit = () => client.session.remoteSettings?.maxConcurrentStreams;

describe('an answer', () => {
  it('has the reason it was told, with the status Apple documents, for that device alone', async () => {
    simulator.behave({ token: device(2).toUpperCase(), reason: 'BadDeviceToken' });
    const replies = await sendTo(3);
    expect(replies.map(({ status, reason }) => [status, reason])).toEqual([
      [200, null],
      [400, 'BadDeviceToken'],
      [200, null],
    ]);
    expect(simulator.log.map(({ status }) => status)).toEqual([200, 400, 200]);
    expect([...simulator.accepted().keys()]).toEqual([device(1), device(3)]);
  });

  it('has a timestamp in milliseconds when it is a 410, its own or the present', async () => {
    simulator.behave({ token: device(1), reason: 'Unregistered', timestamp: 1_700_000_000_000 });
    simulator.behave({ token: device(2), reason: 'ExpiredToken' });
    const [own, present] = await sendTo(2);
    expect(own).toMatchObject({ status: 410, reason: 'Unregistered', timestamp: 1_700_000_000_000 });
    expect(present).toMatchObject({ status: 410, reason: 'ExpiredToken' });
    expect(Math.abs((present?.timestamp ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('may have any status and reason, and further headers', async () => {
    simulator.behave({ reason: 'SomethingNew', status: 418, headers: { 'retry-after': '2' } });
    const [reply] = await sendTo(1);
    expect(reply).toMatchObject({ status: 418, reason: 'SomethingNew', headers: { 'retry-after': '2' } });
  });

  it('may be an error with no body', async () => {
    simulator.behave({ status: 500, emptyBody: true });
    expect(await client.send()).toMatchObject({ status: 500, body: '' });
  });

  it('may be an error with a page of HTML', async () => {
    simulator.behave({ status: 500, htmlBody: true });
    const reply = await client.send();
    expect(reply.status).toBe(500);
    expect(reply.body).toMatch(/^<html>/);
  });

  it('keeps the reason of a broken rule whatever it was told', async () => {
    simulator.behave({ reason: 'Unregistered' });
    expect(await client.send({ body: '' })).toMatchObject({ status: 400, reason: 'PayloadEmpty' });
  });

  it('comes later when it is delayed, and the log has it unanswered until then', async () => {
    simulator.behave({ delayMs: 80 });
    const sentAt = performance.now();
    const reply = client.send();
    await until(() => simulator.log.length === 1, { what: 'it was logged' });
    expect(simulator.log[0]?.status).toBeNull();
    expect((await reply).status).toBe(200);
    expect(performance.now() - sentAt).toBeGreaterThanOrEqual(79);
    expect(simulator.log[0]?.status).toBe(200);
  });

  it('never comes when it hangs, and the log has it unanswered', async () => {
    simulator.behave({ token: device(1), hang: true });
    const hung = client.send(to(1));
    expect((await client.send(to(2))).status).toBe(200);
    expect(simulator.log.map(({ status }) => status)).toEqual([null, 200]);
    await client.close();
    expect((await hung).status).toBeNull();
    expect(simulator.summary()).toMatchObject({ received: 2, valid: 1, perStatus: { 200: 1, none: 1 } });
  });
});

describe('a behaviour', () => {
  it('ends after so many times', async () => {
    simulator.behave({ reason: 'TooManyRequests', times: 2 });
    expect(statuses([await client.send(), await client.send(), await client.send()])).toEqual([429, 429, 200]);
  });

  it('lets so many pass first', async () => {
    simulator.behave({ reason: 'Shutdown', after: 2, times: 1 });
    expect(statuses(await sendTo(4))).toEqual([200, 200, 503, 200]);
  });

  it('acts on the share it was given, evenly spread', async () => {
    simulator.behave({ reason: 'InternalServerError', share: 0.2 });
    expect(statuses(await sendTo(10))).toEqual([200, 200, 200, 200, 500, 200, 200, 200, 200, 500]);
  });

  it('for one device beats one for all, and the newer the older; what they do not share adds up', async () => {
    simulator.behave({ token: device(1), reason: 'Unregistered' });
    simulator.behave({ reason: 'Forbidden', headers: { 'retry-after': '9' } });
    simulator.behave({ reason: 'ServiceUnavailable' });
    const replies = await sendTo(2);
    expect(replies.map(({ reason }) => reason)).toEqual(['Unregistered', 'ServiceUnavailable']);
    expect(replies[0]?.headers['retry-after']).toBe('9');
  });

  it('for existing connections is healed by a new one', async () => {
    simulator.behave({ reason: 'ExpiredProviderToken', connections: 'existing' });
    expect((await client.send()).reason).toBe('ExpiredProviderToken');
    const another = await fixture.connect(simulator, provider.token());
    expect((await another.send()).status).toBe(200);
    expect((await client.send()).reason).toBe('ExpiredProviderToken');
  });

  it('is taken back by what it returned, or by clear', async () => {
    const takeBack = simulator.behave({ token: device(1), reason: 'Forbidden' });
    simulator.behave({ token: device(2), reason: 'Forbidden' });
    takeBack();
    expect(statuses(await sendTo(2))).toEqual([200, 403]);
    simulator.clear();
    expect(statuses(await sendTo(2))).toEqual([200, 200]);
    expect(simulator.summary()).toMatchObject({ received: 2, valid: 2 });
  });
});

describe('a stream', () => {
  it('that is refused is not in the log', async () => {
    simulator.behave({ refuse: true, share: 0.2 });
    const replies = await sendTo(100);
    const refused = replies.filter(({ resetCode }) => resetCode === constants.NGHTTP2_REFUSED_STREAM);
    expect(refused).toHaveLength(20);
    expect(simulator.summary()).toMatchObject({ received: 80, valid: 80, refused: 20, perStatus: { 200: 80 } });
    expect(simulator.refused).toHaveLength(20);
  });

  it('that is reset with another code is in the log, unanswered', async () => {
    simulator.behave({ token: device(2), reset: constants.NGHTTP2_INTERNAL_ERROR });
    const replies = await sendTo(3);
    expect(replies.map(({ resetCode }) => resetCode)).toEqual([0, constants.NGHTTP2_INTERNAL_ERROR, 0]);
    expect(simulator.log.map(({ status }) => status)).toEqual([200, null, 200]);
  });
});

describe('a GOAWAY', () => {
  const seen: { code: number; lastStream: number; debug: string }[] = [];
  beforeEach(() => {
    seen.length = 0;
    client.session.on('goaway', (code: number, lastStream: number, debug?: Uint8Array) => {
      seen.push({ code, lastStream, debug: Buffer.from(debug ?? []).toString() });
    });
  });

  /** The client's view of each push beside the simulator's: both must agree, device by device. */
  const expectAgreement = (replies: Reply[]): void => {
    const accepted = replies.flatMap(({ status }, index) => (status === 200 ? [device(index + 1)] : []));
    expect([...simulator.accepted().keys()].sort()).toEqual(accepted.sort());
    const unprocessed = replies.filter(({ resetCode }) => resetCode === constants.NGHTTP2_REFUSED_STREAM);
    expect(replies.length).toBe(accepted.length + unprocessed.length);
    expect(simulator.log.every(({ status }) => status === 200)).toBe(true);
  };

  it('for all lets every stream received finish, then hangs up', async () => {
    simulator.behave({ delayMs: 30 });
    simulator.behave({ goaway: {}, after: 99, times: 1 });
    const replies = await sendTo(100);
    expect(statuses(replies)).toEqual(Array(100).fill(200));
    expect(seen).toEqual([{ code: 0, lastStream: 201, debug: '{"reason":"Shutdown"}' }]);
    await until(() => simulator.openConnections === 0, { what: 'it hung up' });
  });

  it('for the current stream cuts off those after it, and only those', async () => {
    simulator.behave({ delayMs: 20 });
    simulator.behave({ goaway: { lastStream: 'current' }, after: 49, times: 1 });
    const replies = await sendTo(200);
    expect(statuses(replies).filter((status) => status === 200)).toHaveLength(50);
    expect(seen).toEqual([expect.objectContaining({ lastStream: 101 })]);
    expectAgreement(replies);
  });

  it('for the current stream agrees with the client though answers were under way', async () => {
    simulator.behave({ goaway: { lastStream: 'current' }, after: 49, times: 1 });
    expectAgreement(await sendTo(200));
  });

  it('for none cuts off all that is not answered', async () => {
    simulator.behave({ delayMs: 20, after: 30 });
    simulator.behave({ goaway: { lastStream: 'none', debug: 'plain text', code: 7 }, after: 99, times: 1 });
    const replies = await sendTo(100);
    expect(seen).toEqual([{ code: 7, lastStream: 0, debug: 'plain text' }]);
    expect(simulator.log).toHaveLength(30);
    expect(simulator.refused).toHaveLength(70);
    expect(statuses(replies).filter((status) => status === 200)).toHaveLength(30);
  });

  it('reaches an idle connection too', async () => {
    simulator.behave({ goaway: { debug: '{"reason":"IdleTimeout"}' }, now: true });
    await until(() => seen.length === 1, { what: 'it arrived' });
    expect(seen[0]?.debug).toBe('{"reason":"IdleTimeout"}');
    await until(() => simulator.openConnections === 0, { what: 'it hung up' });
  });
});

describe('a connection', () => {
  it('that is cut leaves its unanswered requests in the log', async () => {
    simulator.behave({ delayMs: 1_000 });
    simulator.behave({ cut: true, after: 49, times: 1 });
    const replies = await sendTo(50);
    expect(statuses(replies)).toEqual(Array(50).fill(null));
    expect(simulator.summary()).toMatchObject({ received: 50, valid: 0, perStatus: { none: 50 } });
    const another = await fixture.connect(simulator, provider.token());
    simulator.clear();
    expect((await another.send()).status).toBe(200);
  });

  it('is told a new stream limit by a request or at once, 0 included', async () => {
    simulator.behave({ streams: 1, times: 1 });
    await client.send();
    await until(() => streamLimit() === 1, { what: 'the limit fell to 1' });
    simulator.behave({ streams: 0, now: true });
    await until(() => streamLimit() === 0, { what: 'the limit fell to 0' });
    const waiting = client.send();
    simulator.behave({ streams: 500, now: true });
    expect((await waiting).status).toBe(200);
    expect(streamLimit()).toBe(500);
  });

  it('that hears nothing more answers nothing more', async () => {
    simulator.behave({ wire: { deaf: true }, now: true });
    const lost = client.send();
    let pongs = 0;
    client.session.ping(() => pongs++);
    const another = await fixture.connect(simulator, provider.token());
    expect((await another.send()).status).toBe(200);
    expect(simulator.log).toHaveLength(1);
    expect(pongs).toBe(0);
    await client.close();
    expect((await lost).status).toBeNull();
  });

  it('that says nothing more still takes requests', async () => {
    simulator.behave({ wire: { mute: true }, now: true });
    const lost = client.send();
    await until(() => simulator.log[0]?.status === 200, { what: 'it was logged' });
    await client.close();
    expect((await lost).status).toBeNull();
  });

  it.each(['slowBytes', 'splitFrames'] as const)('with %s still gives right answers', async (fault) => {
    simulator.behave({ wire: { [fault]: true }, now: true });
    simulator.behave({ token: device(2), reason: 'Unregistered', timestamp: 5 });
    const replies = await sendTo(3);
    expect(replies.map(({ status, reason, timestamp }) => [status, reason, timestamp])).toEqual([
      [200, null, null],
      [410, 'Unregistered', 5],
      [200, null, null],
    ]);
  });
});

it('stays at one stream while the provider token is refused', async () => {
  const other = await fixture.connect(simulator, provider.token());
  const rule: Behaviour = { reason: 'InvalidProviderToken' };
  simulator.behave(rule);
  await other.send();
  await other.send();
  expect(other.session.remoteSettings?.maxConcurrentStreams).toBe(1);
});

it('lowers the limit to one stream after a rejection and raises it after an acceptance, when it is told to', async () => {
  const narrow = await fixture.simulate({ keys: [provider.key], narrowOnRejection: true });
  const other = await fixture.connect(narrow, provider.token());
  await other.send();
  narrow.behave({ reason: 'BadDeviceToken', times: 1 });
  await other.send();
  await until(() => other.session.remoteSettings?.maxConcurrentStreams === 1, { what: 'the limit fell' });
  await other.send();
  await until(() => other.session.remoteSettings?.maxConcurrentStreams === 1_000, { what: 'the limit rose' });
});

it('takes bodies through a flow-control window of a few bytes', async () => {
  const tiny = await fixture.simulate({ keys: [provider.key], initialWindowBytes: 16 });
  const other = await fixture.connect(tiny, provider.token());
  expect((await other.send()).status).toBe(200);
  const replies = await Promise.all(Array.from({ length: 50 }, (_, n) => other.send(to(n + 1))));
  expect(statuses(replies)).toEqual(Array(50).fill(200));
});

it('takes 3,000 pushes from each of two connections', async () => {
  const other = await connect(simulator, provider.token());
  const send = (from: Client, first: number) =>
    Promise.all(Array.from({ length: 3_000 }, (_, index) => from.send(to(first + index))));
  await other.send(to(9_999));
  simulator.clear();
  const replies = (await Promise.all([send(client, 1), send(other, 3_001)])).flat();
  expect(replies.every(({ status }) => status === 200)).toBe(true);
  expect(simulator.summary()).toMatchObject({ received: 6_000, valid: 6_000, unique: 6_000, duplicates: 0 });
  await other.close();
});
