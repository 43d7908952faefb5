import { closeAll, createSender, expectAgreement, startApns, type Sender } from './lane';
import { until } from '../../until';

afterEach(closeAll);

const eventsOf = (sender: Sender, type: string) => sender.events.filter((event) => event.type === type);

/** As nginx does after `keepalive_requests`: what was sent beyond is not looked at. */
const retiring = (request: number) => ({ request, goaway: { lastStream: 'current' as const, debug: '' } });

describe('a server that retires each connection after 1,000 streams', () => {
  it('gets 20,000 pushes without any back-off', async () => {
    const apns = await startApns();
    const sender = createSender(apns);
    apns.behave(retiring(1_000));
    await sender.deliver(20_000);
    expect(sender.tally()).toEqual({ accepted: 20_000 });
    expect(eventsOf(sender, 'failed')).toEqual([]);
    // From two connections the rule is learned; the others are left before anything is sent in vain.
    const third = sender.events.indexOf(eventsOf(sender, 'opened')[2]);
    const after = sender.events.slice(third);
    expect(after.filter((event) => event.type === 'settled' && event.outcome.kind === 'unsent')).toEqual([]);
    // Twenty, those that taught the rule, and successors that wait.
    expect(apns.summary().connections).toBeLessThanOrEqual(26);
    expectAgreement(apns, sender);
  });

  it('finds the next connection ready before the old one goes', async () => {
    const apns = await startApns();
    const sender = createSender({ ...apns, streams: 50 });
    apns.behave(retiring(1_000));
    for (let learned = 0; learned < 2; learned++) {
      await sender.deliver(999);
      await sender.push(1);
      await until(() => eventsOf(sender, 'goaway').length > learned, { what: 'the server to retire the connection' });
      await sender.settled();
    }
    await sender.deliver(500);
    await until(
      async () => {
        await sender.deliver(1);
        return sender.client.state.states.open! >= 2;
      },
      { what: 'a second connection to be open' },
    );
    expect(sender.client.room).toBe(50);
    const [, , third] = apns.log.reduce((ids, { connection }) => ids.add(connection), new Set<number>());
    const sentOn = (id: number) => apns.log.filter(({ connection }) => connection === id).length;
    await sender.deliver(1_000 - sentOn(third) - 1);
    await sender.push(1);
    expect(sender.client.room).toBe(50);
    await sender.settled();
    expect(sentOn(third)).toBe(1_000);
    expect(sender.tally()).toEqual({ accepted: sender.sent.length });
    expectAgreement(apns, sender);
  });
});

it('a connection that ends young is no failure when it had enough pushes accepted', async () => {
  const apns = await startApns();
  const sender = createSender({ ...apns, streams: 10 });
  apns.behave({ request: 150, cut: true });
  await sender.deliver(1_000);
  expect(eventsOf(sender, 'failed')).toEqual([]);
  expect(apns.summary().connections).toBeGreaterThan(5);
});

it('a connection that ends after a few pushes makes the next one wait, however often it is tried', async () => {
  const apns = await startApns();
  const sender = createSender({ ...apns, streams: 10 });
  apns.behave({ request: 20, goaway: {} });
  await sender.deliver(200);
  expect(eventsOf(sender, 'failed').length).toBeGreaterThan(2);
  expect(sender.tally()).toEqual({ accepted: 200 });
});
