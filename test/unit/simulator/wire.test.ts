import { until } from '../../until';
import { randomUUID } from 'node:crypto';
import type { Simulator } from '../../simulator';
import { createFixture, createProvider, device, PAYLOAD, seconds, TOPIC } from './client';
import {
  ACK,
  block,
  connectRaw,
  END_HEADERS,
  END_STREAM,
  frame,
  statusOf,
  streamLimit,
  TYPE,
  type RawConnection,
} from './raw-connection';

const fixture = createFixture();
afterEach(() => fixture.clear());

const provider = createProvider();
const TOKEN = provider.token();

const fieldsFor = (token: string, authorization = `bearer ${TOKEN}`): [string, string][] => [
  [':method', 'POST'],
  [':scheme', 'https'],
  [':authority', 'localhost'],
  [':path', `/3/device/${token}`],
  ['authorization', authorization],
  ['apns-id', randomUUID()],
  ['apns-topic', TOPIC],
  ['apns-push-type', 'background'],
  ['apns-priority', '5'],
  ['apns-expiration', String(seconds(Date.now()) + 3_600)],
];

/** The frames of one push. */
const push = (stream: number, fields = fieldsFor(device(stream))): Buffer =>
  Buffer.concat([
    frame(TYPE.headers, END_HEADERS, stream, block(fields)),
    frame(TYPE.data, END_STREAM, stream, Buffer.from(PAYLOAD)),
  ]);

const start = async (): Promise<{ simulator: Simulator; connection: RawConnection }> => {
  const simulator = await fixture.simulate({ keys: [provider.key] });
  const connection = await connectRaw(simulator);
  fixture.own(connection);
  await until(() => connection.frames.length > 0, { what: 'the server sent its SETTINGS' });
  return { simulator, connection };
};

const answers = ({ frames }: RawConnection) => frames.filter(({ type }) => type === TYPE.headers);
const resets = ({ frames }: RawConnection) => frames.filter(({ type }) => type === TYPE.reset);
const limits = ({ frames }: RawConnection) => frames.map(streamLimit).filter((limit) => limit !== undefined);

it('allows one stream until a request with a valid provider token came, then a thousand, announced before the answer', async () => {
  const { connection } = await start();
  expect(limits(connection)).toEqual([1]);
  connection.write(push(1, fieldsFor(device(1), 'bearer not.a.token')));
  await until(() => answers(connection).length === 1, { what: 'the wrong token was answered' });
  expect(limits(connection)).toEqual([1]);
  connection.write(push(3));
  await until(() => answers(connection).length === 2, { what: 'the right one was answered' });
  expect(limits(connection)).toEqual([1, 1_000]);
  const order = connection.frames.map((each) =>
    streamLimit(each) === 1_000 ? 'limit' : statusOf(each) === 200 ? 'answer' : '',
  );
  expect(order.indexOf('limit')).toBeLessThan(order.indexOf('answer'));
});

it('ends the connection of a client that opens more streams than it was allowed', async () => {
  const { simulator, connection } = await start();
  await until(() => connection.frames.length > 1, { what: 'SETTINGS were exchanged' });
  connection.write(push(1), push(3));
  await until(() => connection.ended, { what: 'it hung up' });
  expect(connection.frames.at(-1)?.type).toBe(TYPE.goaway);
  expect(simulator.log.map(({ stream }) => stream)).not.toContain(3);
});

it('takes the next request as soon as the answer to the last is out, one stream at a time', async () => {
  const { simulator, connection } = await start();
  simulator.behave({ streams: 1 });
  const rounds = 300;
  for (let round = 1; round <= rounds; round++) {
    connection.write(push(round * 2 - 1));
    await until(() => answers(connection).length === round, { what: `request ${round} was answered` });
  }
  expect(resets(connection)).toEqual([]);
  expect(limits(connection)).toEqual([1]);
  expect(simulator.summary()).toMatchObject({ received: rounds, valid: rounds });
});

it('serves as many streams as it allows, refilled with each answer', async () => {
  const { simulator, connection } = await start();
  connection.write(push(1));
  await until(() => limits(connection).length === 2, { what: 'the window opened' });
  let sent = 1;
  const total = 6_000;
  await until(
    () => {
      const room = Math.min(1_000 - (sent - answers(connection).length), total - sent);
      if (room > 0) connection.write(...Array.from({ length: room }, () => push(2 * sent++ + 1)));
      return answers(connection).length === total;
    },
    { what: 'every request was answered' },
  );
  expect(resets(connection)).toEqual([]);
  expect(simulator.summary()).toMatchObject({ received: total, valid: total, unique: total, duplicates: 0 });
});

it('answers DuplicateHeaders to two authorization fields', async () => {
  const { simulator, connection } = await start();
  connection.write(push(1, [...fieldsFor(device(1)), ['authorization', `bearer ${TOKEN}`]]));
  await until(() => connection.frames.some(({ type }) => type === TYPE.data), { what: 'it was answered' });
  expect(answers(connection).map(statusOf)).toEqual([400]);
  expect(simulator.log[0]).toMatchObject({ status: 400, reason: 'DuplicateHeaders', rule: 'duplicate-headers' });
});

it('answers PING, until it is told to swallow it', async () => {
  const { simulator, connection } = await start();
  const pongs = () => connection.frames.filter(({ type, flags }) => type === TYPE.ping && flags & ACK).length;
  connection.write(frame(TYPE.ping, 0, 0, Buffer.from('12345678')));
  await until(() => pongs() === 1, { what: 'PING was answered' });
  simulator.behave({ wire: { swallowPings: true }, now: true });
  connection.write(frame(TYPE.ping, 0, 0, Buffer.from('87654321')), push(1));
  await until(() => answers(connection).length === 1, { what: 'the push after it was answered' });
  expect(pongs()).toBe(1);
});

it('sends GOAWAY with the highest stream first when it is told to send two', async () => {
  const { simulator, connection } = await start();
  simulator.behave({ goaway: { twice: true, lastStream: 'none', debug: 'bye' }, now: true });
  await until(() => connection.ended, { what: 'it hung up' });
  const goaways = connection.frames.filter(({ type }) => type === TYPE.goaway);
  expect(goaways.slice(0, 2).map(({ payload }) => payload.readUInt32BE(0))).toEqual([0x7fff_ffff, 0]);
  expect(goaways[1]?.payload.subarray(8).toString()).toBe('bye');
});

it('splits an answer into padded frames and CONTINUATION when it is told to', async () => {
  const { simulator, connection } = await start();
  simulator.behave({ reason: 'BadTopic', wire: { splitFrames: true } });
  connection.write(push(1));
  await until(() => connection.frames.some(({ type, flags }) => type === TYPE.data && flags & END_STREAM), {
    what: 'the answer ended',
  });
  const types = connection.frames.filter(({ stream }) => stream === 1).map(({ type }) => type);
  expect(types).toEqual([TYPE.headers, TYPE.continuation, TYPE.data, TYPE.data]);
});
