import { closeAll, createSender, expectAgreement, startApns, type Sender } from './lane';
import { REASONS, ruleOf } from '../../../server/apns';
import type { Behaviour, Simulator } from '../../simulator';
import { until } from '../../until';

// What other senders of the field were seen to do wrong under each of these faults stands in no test of theirs.

afterEach(closeAll);

/** Every device was taken exactly once, and the sender knows. */
function expectEachOnce(apns: Simulator, sender: Sender, count: number): void {
  expect(sender.tally()).toEqual({ accepted: count });
  expect(apns.summary()).toMatchObject({ valid: count, unique: count, duplicates: 0 });
  expectAgreement(apns, sender);
}

async function warm(sender: Sender): Promise<void> {
  await sender.push(1);
  await sender.settled();
  await until(() => sender.client.room > 1, { what: 'the window to open' });
}

describe('200 pushes at once', () => {
  it('with a GOAWAY that names the 50th stream: all are accepted, once each', async () => {
    const apns = await startApns({ latencyMs: 20 });
    const sender = createSender(apns);
    await warm(sender);
    apns.behave({ after: 49, times: 1, goaway: { lastStream: 'current' } });
    await sender.deliver(200);
    expectEachOnce(apns, sender, 201);
  });

  it('with the socket killed after the 50th: what was taken and not answered is unknown, the rest arrives', async () => {
    const apns = await startApns({ latencyMs: 20 });
    const sender = createSender(apns);
    await warm(sender);
    apns.behave({ after: 49, times: 1, cut: true });
    await sender.deliver(200);
    const { accepted = 0, 'unknown connection-lost': unknown = 0, ...others } = sender.tally();
    expect(others).toEqual({});
    expect(unknown).toBeGreaterThanOrEqual(50);
    expect(accepted + unknown).toBe(201);
    expectAgreement(apns, sender);
  });

  it('with REFUSED_STREAM for a fifth: all are accepted, over the same connection', async () => {
    const apns = await startApns();
    const sender = createSender(apns);
    await warm(sender);
    apns.behave({ share: 0.2, refuse: true });
    await sender.deliver(200);
    expectEachOnce(apns, sender, 201);
    expect(apns.summary().connections).toBe(1);
  });

  it('from a cold start, when one stream is allowed until the first acceptance: not one is refused', async () => {
    const apns = await startApns();
    const sender = createSender(apns);
    await sender.deliver(200);
    expectEachOnce(apns, sender, 200);
    expect(apns.refused).toEqual([]);
  });

  it('answered 503 with retry-after: 2: it is handed on, and nothing is sent again meanwhile', async () => {
    const apns = await startApns();
    const sender = createSender(apns);
    await warm(sender);
    apns.behave({ reason: 'ServiceUnavailable', headers: { 'retry-after': '2' } });
    const pushes = await sender.push(200);
    await sender.settled();
    expect(pushes.every(({ outcome }) => outcome?.kind === 'rejected' && outcome.retryAfterMs === 2_000)).toBe(true);
    expect(apns.summary().received).toBe(201);
    expectAgreement(apns, sender);
  });

  it.each([
    ['TooManyRequests', 429],
    ['ServiceUnavailable', 503],
  ])('answered %s: one try each, the policy is the caller’s', async (reason, status) => {
    const apns = await startApns();
    const sender = createSender(apns);
    await warm(sender);
    apns.behave({ reason });
    await sender.push(200);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 1, [`rejected ${status} ${reason}`]: 200 });
    expect(apns.summary().received).toBe(201);
    expectAgreement(apns, sender);
  });

  it('with the stream limit at 1 for a while: all are accepted, none runs out of time while it waits', async () => {
    const apns = await startApns({ latencyMs: 5 });
    const sender = createSender({ ...apns, requestTimeoutMs: 3_000 });
    await warm(sender);
    apns.behave({ now: true, streams: 1 });
    await until(() => sender.client.state.window === 1, { what: 'the limit to arrive' });
    const rise = setTimeout(() => apns.behave({ now: true, streams: 1_000 }), 3_500);
    await sender.deliver(200);
    clearTimeout(rise);
    expectEachOnce(apns, sender, 201);
  });

  it('with a black hole among them: it alone is unknown, at its time', async () => {
    const apns = await startApns();
    const sender = createSender({ ...apns, requestTimeoutMs: 5_000 });
    await warm(sender);
    apns.behave({ after: 100, times: 1, hang: true });
    await sender.push(200);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 200, 'unknown timeout': 1 });
    expect(apns.summary().connections).toBe(1);
    expectAgreement(apns, sender);
  });

  it.each<[string, Behaviour, string]>([
    ['500 with a page of HTML', { status: 500, htmlBody: true, share: 0.1 }, 'rejected 500'],
    ['400 without a body', { status: 400, emptyBody: true }, 'rejected 400'],
  ])('answered %s: the status counts', async (_, behaviour, name) => {
    const apns = await startApns();
    const sender = createSender(apns);
    await warm(sender);
    apns.behave(behaviour);
    await sender.push(200);
    await sender.settled();
    expect(sender.tally()[name]).toBe(Math.round(200 * (behaviour.share ?? 1)));
    expectAgreement(apns, sender);
  });

  it('with nobody listening: they stay with the caller, who is told why, until somebody does', async () => {
    const first = await startApns();
    await first.close();
    const sender = createSender(first);
    const delivering = sender.deliver(200);
    await until(() => sender.client.state.kind === 'waiting', { what: 'the first attempt to fail' });
    expect(sender.client.state.error?.code).toBe('refused');
    expect(sender.sent).toEqual([]);
    const apns = await startApns({ port: first.port, authority: first.authority });
    await delivering;
    expectEachOnce(apns, sender, 200);
  });
});

it('1,000 pushes through a window of 10 with 60 ms each: none runs out of time', async () => {
  const apns = await startApns({ streams: 10, latencyMs: 60 });
  const sender = createSender({ ...apns, requestTimeoutMs: 5_000 });
  await sender.deliver(1_000);
  expectEachOnce(apns, sender, 1_000);
});

describe('3,000 pushes', () => {
  /** Those that leave every push accepted in the end. */
  it.each<[string, Behaviour]>([
    ['a graceful GOAWAY', { after: 1_500, times: 1, goaway: {} }],
    ['an immediate GOAWAY', { after: 1_500, times: 1, goaway: { lastStream: 'current', code: 2 } }],
    ['a GOAWAY with plain text', { after: 1_500, times: 1, goaway: { lastStream: 'current', debug: 'Too much' } }],
    ['two GOAWAYs', { after: 1_500, times: 1, goaway: { lastStream: 'current', twice: true } }],
    ['REFUSED_STREAM for a twentieth', { share: 0.05, refuse: true }],
    ['a stream limit that falls to 1 and stays', { after: 2_900, times: 1, streams: 1 }],
    ['answers split over frames, continued and padded', { times: 1, wire: { splitFrames: true } }],
    ['an expired provider token', { connections: 'existing', reason: 'ExpiredProviderToken', after: 1_500 }],
  ])('with %s arrive once each', async (_, behaviour) => {
    const apns = await startApns({ latencyMs: 5 });
    const sender = createSender(apns);
    await warm(sender);
    apns.behave(behaviour);
    await sender.deliver(3_000);
    expectEachOnce(apns, sender, 3_001);
  });

  it.each<[string, Behaviour]>([
    ['streams reset with INTERNAL_ERROR', { share: 0.05, reset: 2 }],
    ['streams reset with CANCEL', { share: 0.05, reset: 8 }],
    ['streams reset with ENHANCE_YOUR_CALM', { share: 0.05, reset: 11 }],
    ['a socket cut', { after: 1_500, times: 1, cut: true }],
    ['hanging streams', { share: 0.01, hang: true }],
    ['a server that goes deaf', { after: 1_500, times: 1, wire: { deaf: true } }],
    ['a server that goes mute', { after: 1_500, times: 1, wire: { mute: true } }],
  ])('with %s end as accepted or unknown, nothing twice', async (_, behaviour) => {
    const apns = await startApns({ latencyMs: 5 });
    const sender = createSender({ ...apns, requestTimeoutMs: 700, pingDeadlineMs: 300 });
    await warm(sender);
    apns.behave(behaviour);
    await sender.deliver(3_000);
    const names = Object.keys(sender.tally());
    expect(names.filter((name) => name !== 'accepted' && !name.startsWith('unknown'))).toEqual([]);
    expect(names.some((name) => name.startsWith('unknown'))).toBe(true);
    expect(apns.summary().duplicates).toBe(0);
    expectAgreement(apns, sender);
  });

  it.each([16, 100, 1_000])('through flow-control windows of %i bytes arrive once each', async (initialWindowBytes) => {
    const apns = await startApns({ initialWindowBytes });
    const sender = createSender(apns);
    await sender.deliver(3_000);
    expectEachOnce(apns, sender, 3_000);
  });

  it('with a limit of 0 for a while arrive once each', async () => {
    const apns = await startApns({ latencyMs: 5 });
    const sender = createSender(apns);
    await warm(sender);
    apns.behave({ after: 1_500, times: 1, streams: 0 });
    const rise = setInterval(() => apns.behave({ now: true, streams: 500 }), 400);
    await sender.deliver(3_000);
    clearInterval(rise);
    expectEachOnce(apns, sender, 3_001);
  });
});

describe('every reason that Apple documents', () => {
  it.each(Object.entries(REASONS).map(([reason, { status }]) => [reason, status] as const))(
    '%s comes back with its status, and the client acts by its class',
    async (reason, status) => {
      const apns = await startApns();
      const sender = createSender(apns);
      await warm(sender);
      apns.behave({ reason, times: 1 });
      const [push] = await sender.push(1);
      await sender.settled();
      const { class: reasonClass } = ruleOf(status, reason);
      const heals = reasonClass === 'reauth' || reasonClass === 'stop';
      if (heals) expect(push.outcome?.kind).toBe('accepted');
      else expect(push.outcome).toMatchObject({ kind: 'rejected', status, reason });
      await sender.deliver(3);
      expect(sender.tally().accepted).toBe(heals ? 5 : 4);
      const isReplaced = ['reauth', 'stop', 'reconnect', 'hold'].includes(reasonClass);
      expect(apns.summary().connections).toBe(isReplaced ? 2 : 1);
      const { counts } = sender.client.state;
      expect(counts.rejectedBy).toEqual({ [reason]: 1 });
      expect(counts).toMatchObject({
        accepted: heals ? 5 : 4,
        rejected: 1,
        unsent: 0,
        unknown: 0,
        sent: heals ? 6 : 5,
      });
      expectAgreement(apns, sender);
    },
  );
});
