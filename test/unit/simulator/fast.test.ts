import { until } from '../../until';
import { constants } from 'node:http2';
import { createFixture, createProvider, device } from './client';
import { block, connectRaw, END_HEADERS, END_STREAM, frame, TYPE } from './raw-connection';

const fixture = createFixture();
afterEach(() => fixture.clear());

const TOKEN = createProvider().token();
const to = (n: number) => ({ path: `/3/device/${device(n)}` });

it('answers 200 to everything, counts devices and keeps no requests', async () => {
  const simulator = await fixture.simulate({ fast: true, streams: 250 });
  const client = await fixture.connect(simulator, 'not even a token');
  expect((await client.send({ ...to(1), body: 'anything' })).status).toBe(200);
  const replies = await Promise.all(Array.from({ length: 2_000 }, (_, n) => client.send(to(n + 1))));
  expect(replies.every(({ status }) => status === 200)).toBe(true);
  expect(client.session.remoteSettings.maxConcurrentStreams).toBe(250);
  expect(simulator.summary()).toMatchObject({ received: 2_001, valid: 2_001, unique: 2_000, duplicates: 1 });
  expect(simulator.accepted().get(device(1))).toBe(2);
  expect(simulator.accepted().get(device(2_000))).toBe(1);
  expect(simulator.log).toEqual([]);
});

it('starts at one stream, as APNs does', async () => {
  const simulator = await fixture.simulate({ fast: true });
  const client = await fixture.connect(simulator, TOKEN);
  expect(client.session.remoteSettings.maxConcurrentStreams).toBe(1);
});

it('waits as long as it was told', async () => {
  const simulator = await fixture.simulate({ fast: true, latencyMs: 50 });
  const client = await fixture.connect(simulator, TOKEN);
  const sentAt = performance.now();
  expect((await client.send()).status).toBe(200);
  expect(performance.now() - sentAt).toBeGreaterThanOrEqual(49);
});

it('answers PING', async () => {
  const simulator = await fixture.simulate({ fast: true });
  const client = await fixture.connect(simulator, TOKEN);
  await new Promise<void>((resolve, reject) => client.session.ping((error) => (error ? reject(error) : resolve())));
});

it('never lets its flow control hold up a client', async () => {
  const simulator = await fixture.simulate({ fast: true });
  const client = await fixture.connect(simulator, TOKEN);
  const body = 'x'.repeat(16_000);
  for (let n = 0; n < 100; n++) {
    expect((await client.send({ body })).status).toBe(200);
    expect(client.session.state.remoteWindowSize).toBeGreaterThan(2 ** 31 - 1_200_000);
  }
});

it('does not count a request that the client reset', async () => {
  const simulator = await fixture.simulate({ fast: true });
  const connection = await connectRaw(simulator);
  fixture.own(connection);
  const reset = Buffer.alloc(4);
  reset.writeUInt32BE(constants.NGHTTP2_CANCEL);
  const headers = (n: number) =>
    block([
      [':method', 'POST'],
      [':path', `/3/device/${device(n)}`],
    ]);
  connection.write(
    frame(TYPE.headers, END_HEADERS, 1, headers(1)),
    frame(TYPE.reset, 0, 1, reset),
    frame(TYPE.headers, 0, 3, headers(2).subarray(0, 20)), // a path spread over two frames
    frame(TYPE.continuation, END_HEADERS, 3, headers(2).subarray(20)),
    frame(TYPE.data, END_STREAM, 3, Buffer.from('{}')),
  );
  await until(() => connection.frames.some(({ type }) => type === TYPE.headers), { what: 'the second was answered' });
  expect(simulator.accepted()).toEqual(new Map([[device(2), 1]]));
});
