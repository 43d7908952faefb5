import { closeAll, createSender, expectAgreement, isOwn, startApns, type Sender } from './lane';
import { until } from '../../until';

afterEach(closeAll);

/** Warms a connection up, so that a fault meets a full window. */
async function warm(sender: Sender, count = 1): Promise<void> {
  await sender.push(count);
  await sender.settled();
  await until(() => sender.client.room > 1, { what: 'the window to open' });
}

const goaways = ({ events }: Sender) => events.filter(({ type }) => type === 'goaway');

describe('GOAWAY', () => {
  it('lets the streams it names finish, gives the others back as unsent, and goes on over a new connection', async () => {
    const apns = await startApns({ latencyMs: 20 });
    const sender = createSender(apns);
    await warm(sender);
    apns.behave({ after: 49, times: 1, goaway: { lastStream: 'current' } });
    await sender.push(200);
    await sender.settled();
    const tally = sender.tally();
    expect(tally).toEqual({ accepted: expect.any(Number), 'unsent goaway': expect.any(Number) });
    expect(tally.accepted).toBeGreaterThanOrEqual(51);
    expect(goaways(sender)).toMatchObject([{ code: 0, reason: 'Shutdown' }]);
    await sender.push(10);
    await sender.settled();
    expect(sender.tally().accepted).toBe(tally.accepted + 10);
    expect(apns.summary().connections).toBe(2);
    expectAgreement(apns, sender);
  });

  it('gives everything back when it names no stream', async () => {
    const apns = await startApns({ latencyMs: 20 });
    const sender = createSender(apns);
    await warm(sender);
    apns.behave({ times: 1, goaway: { lastStream: 'none', debug: '{"reason":"BadCertificateEnvironment"}' } });
    await sender.push(100);
    await until(() => goaways(sender).length > 0, { what: 'the GOAWAY' });
    expect(sender.client.state.error).toEqual({
      code: 'goaway',
      message: expect.stringContaining('BadCertificateEnvironment'),
    });
    await sender.settled();
    expect(Object.keys(sender.tally()).sort()).toEqual(['accepted', 'unsent goaway']);
    expectAgreement(apns, sender);
  });

  it('may come twice, first with the highest stream, then with the real one', async () => {
    const apns = await startApns({ latencyMs: 20 });
    const sender = createSender(apns);
    await warm(sender);
    apns.behave({ after: 49, times: 1, goaway: { lastStream: 'current', twice: true } });
    await sender.push(200);
    await sender.settled();
    expect(Object.keys(sender.tally()).sort()).toEqual(['accepted', 'unsent goaway']);
    expectAgreement(apns, sender);
  });

  it('may carry an error code and plain text', async () => {
    const apns = await startApns({ latencyMs: 20 });
    const sender = createSender(apns);
    await warm(sender);
    const debug = 'Maximum active streams violated for this endpoint.';
    apns.behave({ after: 49, times: 1, goaway: { lastStream: 'current', code: 7, debug } });
    await sender.push(200);
    await sender.settled();
    expect(goaways(sender)).toMatchObject([{ code: 7, reason: debug }]);
    expectAgreement(apns, sender);
    await sender.push(10);
    await sender.settled();
    expectAgreement(apns, sender);
  });

  it('has the next connection ready before the last answers of the old one are in', async () => {
    const apns = await startApns();
    const sender = createSender(apns);
    await warm(sender);
    apns.behave({ times: 1, delayMs: 3_000, goaway: { lastStream: 'current' } });
    const [slow] = await sender.push(1);
    await until(() => goaways(sender).length > 0, { what: 'the GOAWAY' });
    const others = await sender.push(5);
    await until(() => others.every((push) => push.outcome), { what: 'the new connection to deliver' });
    expect(slow.outcome).toBeNull();
    expect(sender.client.state.connections).toBe(2);
    await sender.settled();
    expect(slow.outcome?.kind).toBe('accepted');
    expectAgreement(apns, sender);
  });

  it('after GOAWAY after GOAWAY, the connections come slower and slower', async () => {
    const apns = await startApns();
    const sender = createSender({ ...apns, backOff: { firstMs: 50, longestMs: 200 }, random: () => 1 });
    apns.behave({ goaway: { lastStream: 'current' } });
    const started = Date.now();
    await sender.push(4);
    await sender.settled();
    await until(() => sender.client.state.connections === 0, { what: 'the last one to close' });
    // At once, after 50, after 100.
    expect(Date.now() - started).toBeGreaterThanOrEqual(150);
    expect(sender.tally()).toEqual({ accepted: 4 });
    expectAgreement(apns, sender);
  });
});

describe('streams that are reset', () => {
  it('are unsent with REFUSED_STREAM, and the others do not notice', async () => {
    const apns = await startApns();
    const sender = createSender(apns);
    await warm(sender);
    apns.behave({ share: 0.2, refuse: true });
    await sender.push(500);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 401, 'unsent refused-stream': 100 });
    expect(apns.refused).toHaveLength(100);
    expect(apns.summary().connections).toBe(1);
    expectAgreement(apns, sender);
  });

  it('are unknown with any other code', async () => {
    const apns = await startApns();
    const sender = createSender(apns);
    await warm(sender);
    apns.behave({ share: 0.1, reset: 2 });
    await sender.push(100);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 91, 'unknown stream-reset': 10 });
    expectAgreement(apns, sender);
  });
});

describe('a connection that is lost', () => {
  it('leaves what was written and not answered unknown', async () => {
    const apns = await startApns({ latencyMs: 30 });
    const sender = createSender(apns);
    await warm(sender);
    apns.behave({ after: 99, times: 1, cut: true });
    await sender.push(200);
    await sender.settled();
    expect(Object.keys(sender.tally()).sort()).toEqual(['accepted', 'unknown connection-lost']);
    expectAgreement(apns, sender);
    await sender.push(10);
    await sender.settled();
    expectAgreement(apns, sender);
  });

  it('is told from an answer that came before', async () => {
    const apns = await startApns();
    const sender = createSender(apns);
    await warm(sender, 100);
    apns.behave({ after: 300, times: 1, cut: true });
    await sender.push(600);
    await sender.settled();
    expectAgreement(apns, sender);
  });

  it('while nothing is under way costs nothing', async () => {
    const apns = await startApns();
    const sender = createSender(apns);
    await warm(sender, 10);
    apns.behave({ now: true, cut: true });
    await until(() => sender.client.state.connections === 0, { what: 'the loss to be seen' });
    expect(sender.client.state.error?.code).toBe('lost');
    await sender.push(10);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 20 });
    expect(sender.client.state.error).toBeUndefined();
    expectAgreement(apns, sender);
  });
});

describe('silence', () => {
  it('ends a request that is never answered as unknown, and spares the others', async () => {
    const apns = await startApns();
    const sender = createSender({ ...apns, requestTimeoutMs: 1_500 });
    await warm(sender);
    apns.behave({ share: 0.01, hang: true });
    await sender.push(200);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 199, 'unknown timeout': 2 });
    expect(apns.summary().connections).toBe(1);
    expectAgreement(apns, sender);
  });

  it('starts the clock of a request when it is written, not when it begins to wait for room', async () => {
    const apns = await startApns({ streams: 10, latencyMs: 60 });
    const sender = createSender({ ...apns, requestTimeoutMs: 2_500 });
    await sender.push(500);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 500 });
  });

  it('replaces a connection on which nothing is answered any more, though it answers PINGs', async () => {
    const apns = await startApns();
    const sender = createSender({ ...apns, requestTimeoutMs: 150 });
    await warm(sender);
    apns.behave({ connections: 'existing', hang: true });
    await sender.push(6);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 1, 'unknown timeout': 6 });
    await sender.push(5);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 6, 'unknown timeout': 6 });
    expect(apns.summary().connections).toBe(2);
    expectAgreement(apns, sender);
  });

  it('replaces a connection that answers nothing but 500', async () => {
    const apns = await startApns();
    const sender = createSender(apns);
    await warm(sender);
    apns.behave({ connections: 'existing', reason: 'InternalServerError' });
    await sender.push(5);
    await sender.settled();
    await sender.push(5);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 6, 'rejected 500 InternalServerError': 5 });
    expectAgreement(apns, sender);
  });

  it('is broken by PINGs: a dead connection is found out and replaced without any push', async () => {
    const apns = await startApns();
    const sender = createSender({ ...apns, pingMs: 50, pingDeadlineMs: 100 });
    await warm(sender);
    apns.behave({ now: true, wire: { swallowPings: true } });
    await until(() => sender.client.state.connections === 0, { what: 'the connection to be given up' });
    expect(sender.client.state.error?.code).toBe('no-answer');
    await sender.push(5);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 6 });
    expectAgreement(apns, sender);
  });

  it('of PINGs that are answered keeps the connection', async () => {
    const apns = await startApns();
    const sender = createSender({ ...apns, pingMs: 20, pingDeadlineMs: 1_000 });
    await warm(sender);
    const started = Date.now();
    await until(() => Date.now() - started > 300, { what: 'a dozen PINGs' });
    await sender.push(5);
    await sender.settled();
    expect(apns.summary().connections).toBe(1);
  });

  it.each([['mute'], ['deaf']] as const)(
    'of a server gone %s ends what was written as unknown, once',
    async (fault) => {
      const apns = await startApns();
      const sender = createSender({ ...apns, requestTimeoutMs: 200, pingDeadlineMs: 200 });
      await warm(sender);
      apns.behave({ now: true, wire: { [fault]: true } });
      await sender.push(900);
      await sender.settled();
      const { 'unknown timeout': unknown, ...others } = sender.tally();
      if (isOwn()) {
        // As many as the server's flow control took; the others stayed where they were and went over the next connection.
        expect(unknown).toBeGreaterThan(400);
        expect(unknown).toBeLessThan(900);
        expect(others.accepted + (others['unsent not-written'] ?? 0)).toBe(901 - unknown);
        expect(Object.keys(others).every((name) => ['accepted', 'unsent not-written'].includes(name))).toBe(true);
      } else {
        // Node does not tell what its flow control held back.
        expect(sender.tally()).toEqual({ accepted: 1, 'unknown timeout': 900 });
        await until(() => sender.client.state.connections === 0, { what: 'the connection to be given up' });
      }
      await sender.push(5);
      await sender.settled();
      expectAgreement(apns, sender);
    },
  );
});
