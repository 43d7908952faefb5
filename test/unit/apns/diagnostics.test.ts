import { hasSubscribers } from 'node:diagnostics_channel';
import { APNS_CHANNELS } from '../../../server/apns';
import { codeSpans, readPage } from '../docs/documents';
import { closeAll, createSender, KEY_ID, startApns, type Sender, type SenderEvent } from './lane';
import { until } from '../../until';

afterEach(closeAll);

const namesOf = ({ events }: Sender) => events.map(({ type }) => type);
const only = <Type extends SenderEvent['type']>(sender: Sender, type: Type) =>
  sender.events.filter((event): event is SenderEvent & { type: Type } => event.type === type);

describe('on diagnostics_channel the sender publishes', () => {
  it('the life of a connection, and who sends', async () => {
    const apns = await startApns();
    const sender = createSender(apns);
    await sender.push(1);
    await sender.settled();
    await sender.client.close(1_000);
    expect(namesOf(sender)).toEqual(['connecting', 'sent', 'settled', 'opened', 'closed']);
    const who = { lane: expect.any(String) as string, host: `localhost:${apns.port}`, keyId: KEY_ID };
    expect(sender.events).toEqual(sender.events.map(() => expect.objectContaining(who) as SenderEvent));
    expect(only(sender, 'closed')).toMatchObject([{ error: null }]);
  });

  it('what became of each push, and how long it took', async () => {
    const apns = await startApns({ latencyMs: 5 });
    const sender = createSender(apns);
    await sender.push(1);
    await sender.settled();
    apns.behave({ reason: 'Unregistered' });
    await sender.push(1);
    await sender.settled();
    const [first, second] = sender.sent;
    expect(only(sender, 'sent')).toMatchObject([{ apnsId: first.apnsId }, { apnsId: second.apnsId }]);
    const settled = only(sender, 'settled');
    expect(settled).toMatchObject([
      { apnsId: first.apnsId, outcome: { kind: 'accepted' } },
      { apnsId: second.apnsId, outcome: { kind: 'rejected', status: 410, reason: 'Unregistered' } },
    ]);
    for (const { elapsedMs } of settled) expect(elapsedMs).toBeGreaterThan(0);
  });

  it('why a connection ends, and when the next attempt comes', async () => {
    const apns = await startApns();
    const sender = createSender(apns);
    await sender.push(1);
    await sender.settled();
    apns.behave({ now: true, goaway: { lastStream: 'current', debug: 'Shutdown' } });
    await until(() => only(sender, 'goaway').length > 0, { what: 'the GOAWAY' });
    expect(only(sender, 'goaway')).toMatchObject([{ reason: 'Shutdown' }]);
    await apns.close();
    const pushing = sender.client.ready();
    await until(() => only(sender, 'failed').length > 0, { what: 'an attempt to fail' });
    const [failed] = only(sender, 'failed');
    expect(failed).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('refuses connections') as string,
    });
    expect(failed.retryAt).toBeGreaterThan(0);
    await sender.client.close(0);
    await pushing;
  });

  it('neither tokens nor keys', async () => {
    const sender = createSender(await startApns());
    await sender.push(3);
    await sender.settled();
    const published = JSON.stringify(sender.events);
    for (const { token } of sender.sent) expect(published).not.toContain(token);
    expect(published).not.toMatch(/bearer|PRIVATE/i);
  });
});

test('nobody hears the sender unless somebody subscribes', () => {
  expect(Object.values(APNS_CHANNELS).filter((name) => hasSubscribers(name))).toEqual([]);
});

test('docs/administrators.md describes every channel', () => {
  expect(codeSpans(readPage('docs/administrators.md'))).toEqual(expect.arrayContaining(Object.values(APNS_CHANNELS)));
});
