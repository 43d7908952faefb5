import type { ConnectOptions } from '../../../server/apns/connection';
import { createHttp2Connect } from '../../../server/apns/http2-connection';
import { closeAll, createSender, expectAgreement, startApns, type Sender } from './lane';
import { answer, frame, goaway, numbers, settings, TYPE } from './http2/peer';
import { startRaw } from './raw-server';
import { until } from '../../until';

// What only the product's own connection can do, or be exact about.

afterEach(closeAll);

const MAX_CONCURRENT_STREAMS = 3;
const INITIAL_WINDOW_SIZE = 4;

/** Has a push accepted, so that the window opens. */
async function warm(sender: Sender, server: Awaited<ReturnType<typeof startRaw>>): Promise<void> {
  const pushing = sender.push(1);
  await until(() => server.received.some((bytes) => bytes.includes('content-available')), {
    what: 'the first request',
  });
  server.sockets[0].write(answer(1));
  await pushing;
  await sender.settled();
}

/** Sends until the server's flow control, 65,535 bytes, makes the last one wait. */
async function fill(sender: Sender): Promise<void> {
  while (sender.client.room > 0) {
    await sender.push(1);
    // What fills the output only is gone after a turn.
    if (sender.client.room === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a server that breaks a rule of HTTP/2', () => {
  it('is told by a GOAWAY with the code, named in the state, and left', async () => {
    const server = await startRaw();
    const sender = createSender(server);
    await warm(sender, server);
    await sender.push(10);
    await until(() => sender.sent.every((push) => push.settled > 0 || sender.client.state.inFlight === 10), {
      what: 'ten in flight',
    });
    const before = server.received.length;
    await until(() => server.received.length > before || Buffer.concat(server.received).length > 1_500, {
      what: 'the requests',
    });
    server.sockets[0].write(Buffer.concat([answer(3), frame(TYPE.data, 0, 0)]));
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 2, 'unknown connection-lost': 9 });
    expect(sender.client.state.error).toMatchObject({
      code: 'protocol',
      message: expect.stringContaining('does not speak HTTP/2 as APNs does'),
    });
    await until(() => Buffer.concat(server.received).includes(numbers(0, 1)), { what: 'the GOAWAY' });
  });

  it('from the first frame on is not used', async () => {
    const server = await startRaw(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const sender = createSender(server);
    const abort = new AbortController();
    const ready = sender.client.ready(abort.signal);
    await until(() => sender.client.state.kind === 'waiting', { what: 'the attempt to fail' });
    expect(sender.client.state.error?.code).toBe('protocol');
    abort.abort();
    await ready;
  });
});

describe('a request that was not written to its end', () => {
  it('because the server’s flow control never let it is unsent, and the connection is given up', async () => {
    const server = await startRaw(settings([MAX_CONCURRENT_STREAMS, 100], [INITIAL_WINDOW_SIZE, 5]));
    const sender = createSender({ ...server, requestTimeoutMs: 300 });
    await sender.push(1);
    await sender.settled();
    expect(sender.tally()).toEqual({ 'unsent not-written': 1 });
    expect(sender.client.state.error?.code).toBe('no-answer');
  });

  it('is unsent when the connection dies meanwhile', async () => {
    const server = await startRaw(settings([MAX_CONCURRENT_STREAMS, 100], [INITIAL_WINDOW_SIZE, 5]));
    const sender = createSender(server);
    await sender.push(1);
    await until(() => server.received.length > 1, { what: 'the header' });
    server.sockets[0].destroy();
    await sender.settled();
    expect(sender.tally()).toEqual({ 'unsent not-written': 1 });
  });

  it('is unsent after a GOAWAY that it waited behind', async () => {
    const server = await startRaw(settings([MAX_CONCURRENT_STREAMS, 1_000]));
    const sender = createSender(server);
    await warm(sender, server);
    await fill(sender);
    const { length } = sender.sent;
    expect(length).toBeGreaterThan(400);
    server.sockets[0].write(goaway(0x7fff_ffff));
    await until(() => sender.sent.some(({ outcome }) => outcome?.kind === 'unsent'), {
      what: 'the last one to come back',
    });
    expect(sender.tally()).toEqual({ accepted: 1, pending: length - 2, 'unsent not-written': 1 });
    server.sockets[0].destroy();
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 1, 'unknown connection-lost': length - 2, 'unsent not-written': 1 });
  });

  it('stays with the caller while the server lets nothing through', async () => {
    const server = await startRaw(settings([MAX_CONCURRENT_STREAMS, 1_000]));
    const sender = createSender(server);
    await warm(sender, server);
    await fill(sender);
    expect(sender.client.state.window).toBe(1_000);
    server.sockets[0].write(frame(TYPE.update, 0, 0, numbers(200)));
    await until(() => sender.client.room > 0, { what: 'room' });
  });
});

describe('stream ids', () => {
  const nearTheEnd = (left: number) => (options: ConnectOptions) =>
    createHttp2Connect({ ...options, firstStreamId: 2 ** 31 - 2 * left + 1 });

  it('that run out make the next connection take over, and nothing is lost', async () => {
    const apns = await startApns({ latencyMs: 5 });
    const sender = createSender({ ...apns, createConnect: nearTheEnd(100) });
    await sender.push(250);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 250 });
    expect(apns.summary().connections).toBe(3);
    expect(Math.max(...apns.log.map(({ stream }) => stream))).toBe(2 ** 31 - 1);
    expectAgreement(apns, sender);
  });
});

describe('the state of a client', () => {
  it('tells connections by state, the round trip, and what became of the pushes', async () => {
    const apns = await startApns({ latencyMs: 20 });
    const sender = createSender(apns);
    expect(sender.client.state).toMatchObject({ states: {}, roundTripMs: null, counts: { sent: 0 } });
    await sender.push(50);
    await sender.settled();
    apns.behave({ reason: 'Unregistered', times: 3 });
    await sender.push(10);
    await sender.settled();
    const { states, roundTripMs, counts } = sender.client.state;
    expect(states).toEqual({ open: 1 });
    expect(roundTripMs).toBeGreaterThanOrEqual(19);
    expect(roundTripMs).toBeLessThan(2_000);
    expect(counts).toEqual({
      sent: 60,
      accepted: 57,
      rejected: 3,
      rejectedBy: { Unregistered: 3 },
      unsent: 0,
      unknown: 0,
    });
  });
});

describe('a stream limit of 0', () => {
  it('that lasts makes another connection take over, and says why', async () => {
    const apns = await startApns();
    const sender = createSender({ ...apns, requestTimeoutMs: 200 });
    await sender.push(5);
    await sender.settled();
    apns.behave({ now: true, streams: 0 });
    await until(() => sender.client.room === 0, { what: 'the window to close' });
    await sender.push(10);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 15 });
    const ends = sender.events.filter(({ type }) => type === 'closed');
    expect(ends).toMatchObject([{ error: 'no-answer' }]);
    expect(apns.summary().connections).toBe(2);
    expectAgreement(apns, sender);
  });
});

describe('the header block of a push', () => {
  it('has `:path` and `authorization` as literals, and the rest as indices from the second push on', async () => {
    const server = await startRaw();
    const sender = createSender(server);
    await warm(sender, server);
    await sender.push(1);
    await until(() => Buffer.concat(server.received).toString('latin1').split('content-available').length > 2, {
      what: 'two',
    });
    const bytes = Buffer.concat(server.received);
    const blocks: Buffer[] = [];
    for (let at = 24; at < bytes.length;) {
      const end = at + 9 + bytes.readUIntBE(at, 3);
      if (bytes[at + 3] === TYPE.headers) blocks.push(bytes.subarray(at + 9, end));
      at = end;
    }
    const path = `/3/device/${sender.sent[1].token}`;
    // POST, https, authority; then the path without indexing (RFC 7541 §6.2.2), not Huffman-coded.
    expect([...blocks[1].subarray(0, 2)]).toEqual([0x83, 0x87]);
    expect(blocks[1][2] & 0x80).toBe(0x80);
    expect([...blocks[1].subarray(3, 5)]).toEqual([0x04, path.length]);
    expect(blocks[1].toString('latin1', 5, 5 + path.length)).toBe(path);
    // `authorization` is entry 23 of the static table: more than the 15 of a four-bit prefix.
    expect(blocks[1].includes(Buffer.from([0x0f, 23 - 15]))).toBe(true);
    expect(blocks[1].toString('latin1').endsWith(sender.sent[1].apnsId)).toBe(true);
    expect(blocks[1].length).toBeLessThan(blocks[0].length - 60);
  });
});
