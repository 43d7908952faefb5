import { randomUUID } from 'node:crypto';
import type { ProviderKey, Simulator } from '../../simulator';
import { RULES } from '../../simulator/rules';
import { createFixture, createProvider, device, PAYLOAD, seconds, TOPIC, type Attempt, type Provider } from './client';

const fixture = createFixture();
afterEach(() => fixture.clear());

interface Broken {
  rule: string;
  status: number;
  reason: string;
  attempt: (provider: Provider) => Attempt;
}

const headers = (fields: NonNullable<Attempt['headers']>) => (): Attempt => ({ headers: fields });
const body = (text: string | Buffer) => (): Attempt => ({ body: text });
const path = (text: string) => (): Attempt => ({ path: text });
const bearer =
  (make: (provider: Provider) => string) =>
  (provider: Provider): Attempt => ({
    headers: { authorization: `bearer ${make(provider)}` },
  });
const padding = (bytes: number): string => {
  const frame = '{"aps":{"content-available":1},"pad":""}';
  return frame.replace('""', `"${'x'.repeat(bytes - frame.length)}"`);
};

/** Every rule, broken by one request; the status and reason are Apple's. */
const BROKEN: Broken[] = [
  { rule: 'method', status: 405, reason: 'MethodNotAllowed', attempt: () => ({ method: 'PUT' }) },
  { rule: 'path', status: 404, reason: 'BadPath', attempt: path(`/2/device/${device(1)}`) },
  { rule: 'path', status: 404, reason: 'BadPath', attempt: path(`/3/device/${device(1)}/more`) },
  { rule: 'device-token-missing', status: 400, reason: 'MissingDeviceToken', attempt: path('/3/device/') },
  {
    rule: 'duplicate-headers',
    status: 400,
    reason: 'DuplicateHeaders',
    attempt: headers({ 'apns-topic': [TOPIC, TOPIC] }),
  },
  {
    rule: 'provider-token-missing',
    status: 403,
    reason: 'MissingProviderToken',
    attempt: headers({ authorization: null }),
  },
  {
    rule: 'authorization-not-bearer',
    status: 403,
    reason: 'InvalidProviderToken',
    attempt: headers({ authorization: 'Basic dXNlcjpwYXNz' }),
  },
  {
    rule: 'provider-token-shape',
    status: 403,
    reason: 'InvalidProviderToken',
    attempt: bearer((provider) => provider.token().split('.').slice(0, 2).join('.')),
  },
  {
    rule: 'provider-token-algorithm',
    status: 403,
    reason: 'InvalidProviderToken',
    attempt: bearer((provider) => provider.token({ header: { alg: 'RS256' } })),
  },
  {
    rule: 'provider-token-key-id',
    status: 403,
    reason: 'InvalidProviderToken',
    attempt: bearer((provider) => provider.token({ header: { kid: 'NOBODYSKEY' } })),
  },
  {
    rule: 'provider-token-team',
    status: 403,
    reason: 'InvalidProviderToken',
    attempt: bearer((provider) => provider.token({ claims: { iss: 'OTHERTEAM0' } })),
  },
  {
    rule: 'provider-token-issued-at',
    status: 403,
    reason: 'InvalidProviderToken',
    attempt: bearer((provider) => provider.token({ claims: { iat: '2026-01-01' } })),
  },
  {
    rule: 'provider-token-signature',
    status: 403,
    reason: 'InvalidProviderToken',
    attempt: bearer((provider) => createProvider({ ...provider.key }).token()),
  },
  {
    rule: 'provider-token-too-old',
    status: 403,
    reason: 'ExpiredProviderToken',
    attempt: bearer((provider) => provider.token({ claims: { iat: seconds(Date.now()) - 3_601 } })),
  },
  {
    rule: 'provider-token-from-the-future',
    status: 403,
    reason: 'InvalidProviderToken',
    attempt: bearer((provider) => provider.token({ claims: { iat: seconds(Date.now()) + 120 } })),
  },
  { rule: 'device-token', status: 400, reason: 'BadDeviceToken', attempt: path('/3/device/not-hexadecimal') },
  { rule: 'device-token', status: 400, reason: 'BadDeviceToken', attempt: path('/3/device/abc') },
  { rule: 'device-token', status: 400, reason: 'BadDeviceToken', attempt: path(`/3/device/${'0'.repeat(64)}`) },
  { rule: 'push-type', status: 400, reason: 'InvalidPushType', attempt: headers({ 'apns-push-type': 'silent' }) },
  { rule: 'push-type', status: 400, reason: 'InvalidPushType', attempt: headers({ 'apns-push-type': null }) },
  {
    rule: 'push-type-not-background',
    status: 400,
    reason: 'SimulatorOnlyBackground',
    attempt: headers({ 'apns-push-type': 'alert' }),
  },
  { rule: 'topic-missing', status: 400, reason: 'MissingTopic', attempt: headers({ 'apns-topic': null }) },
  { rule: 'topic-form', status: 400, reason: 'BadTopic', attempt: headers({ 'apns-topic': 'com.example news' }) },
  {
    rule: 'topic-not-allowed',
    status: 400,
    reason: 'TopicDisallowed',
    attempt: headers({ 'apns-topic': 'com.example.unknown' }),
  },
  { rule: 'priority', status: 400, reason: 'BadPriority', attempt: headers({ 'apns-priority': '7' }) },
  { rule: 'priority-of-background', status: 400, reason: 'BadPriority', attempt: headers({ 'apns-priority': '10' }) },
  { rule: 'priority-of-background', status: 400, reason: 'BadPriority', attempt: headers({ 'apns-priority': null }) },
  {
    rule: 'expiration',
    status: 400,
    reason: 'BadExpirationDate',
    attempt: headers({ 'apns-expiration': 'tomorrow' }),
  },
  {
    rule: 'expiration',
    status: 400,
    reason: 'BadExpirationDate',
    attempt: headers({ 'apns-expiration': String(Date.now()) }),
  },
  { rule: 'apns-id', status: 400, reason: 'BadMessageId', attempt: headers({ 'apns-id': randomUUID().toUpperCase() }) },
  {
    rule: 'collapse-id',
    status: 400,
    reason: 'BadCollapseId',
    attempt: headers({ 'apns-collapse-id': 'c'.repeat(65) }),
  },
  { rule: 'payload-empty', status: 400, reason: 'PayloadEmpty', attempt: body('') },
  { rule: 'payload-size', status: 413, reason: 'PayloadTooLarge', attempt: body(padding(4_097)) },
  { rule: 'payload-json', status: 400, reason: 'SimulatorBadPayload', attempt: body('{"aps":') },
  { rule: 'payload-json', status: 400, reason: 'SimulatorBadPayload', attempt: body('[]') },
  {
    rule: 'payload-json',
    status: 400,
    reason: 'SimulatorBadPayload',
    attempt: body(
      Buffer.concat([Buffer.from('{"aps":{"content-available":1},"x":"'), Buffer.from([0xff]), Buffer.from('"}')]),
    ),
  },
  { rule: 'payload-aps-missing', status: 400, reason: 'SimulatorBadPayload', attempt: body('{"content":{}}') },
  {
    rule: 'payload-aps-of-background',
    status: 400,
    reason: 'SimulatorBadPayload',
    attempt: body('{"aps":{"content-available":1,"alert":"Hello"}}'),
  },
  {
    rule: 'payload-aps-of-background',
    status: 400,
    reason: 'SimulatorBadPayload',
    attempt: body('{"aps":{"content-available":true}}'),
  },
];

/** Rules about a connection or a registration, each with a test of its own below. */
const TESTED_BELOW = [
  'key-environment',
  'second-team-on-connection',
  'unrelated-key-on-connection',
  'provider-token-updates',
  'device-token-of-another-topic',
];

describe('a rule broken by one request', () => {
  it.each(BROKEN.map((broken) => [broken.rule, broken.status, broken.reason, broken] as const))(
    '%s is answered %i %s',
    async (rule, status, reason, { attempt }) => {
      const provider = createProvider();
      const simulator = await fixture.simulate({ keys: [provider.key], topics: [TOPIC] });
      const client = await fixture.connect(simulator, provider.token());
      const reply = await client.send(attempt(provider));
      expect({ status: reply.status, reason: reply.reason }).toEqual({ status, reason });
      expect(reply.timestamp).toBeNull();
      expect(reply.headers['apns-id']).toMatch(/^[0-9a-f-]{36}$/);
      expect(simulator.log).toEqual([expect.objectContaining({ status, reason, rule })]);
    },
  );

  it('covers every rule there is', () => {
    const inOneRequest = BROKEN.map(({ rule }) => rule).filter((rule) => RULES.some((each) => each.rule === rule));
    const everyOther = ['provider-token-invalid', ...TESTED_BELOW]; // the first is covered under its exact names
    expect(new Set([...inOneRequest, ...everyOther])).toEqual(new Set(RULES.map(({ rule }) => rule)));
  });
});

describe('a correct request', () => {
  it('is answered 200 with its own apns-id and an empty body', async () => {
    const provider = createProvider();
    const simulator = await fixture.simulate({ keys: [provider.key], topics: [TOPIC] });
    const client = await fixture.connect(simulator, provider.token());
    const id = randomUUID();
    const reply = await client.send({ headers: { 'apns-id': id } });
    expect(reply).toMatchObject({ status: 200, body: '', headers: { 'apns-id': id } });
    expect(reply.headers['apns-unique-id']).toBeUndefined();
    expect(simulator.log).toEqual([
      {
        at: expect.any(Number),
        connection: 1,
        stream: 1,
        token: device(1),
        apnsId: id,
        topic: TOPIC,
        headers: expect.objectContaining({ 'apns-priority': '5', 'apns-push-type': 'background' }),
        body: JSON.parse(PAYLOAD),
        status: 200,
        reason: null,
      },
    ]);
    expect(simulator.accepted()).toEqual(new Map([[device(1), 1]]));
  });

  it('is given an apns-id when it brings none', async () => {
    const provider = createProvider();
    const simulator = await fixture.simulate({ keys: [provider.key] });
    const client = await fixture.connect(simulator, provider.token());
    const reply = await client.send({ headers: { 'apns-id': null } });
    expect(reply.status).toBe(200);
    expect(reply.headers['apns-id']).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(simulator.log[0]?.apnsId).toBe(reply.headers['apns-id']);
  });

  it('gets an apns-unique-id from the sandbox', async () => {
    const provider = createProvider();
    const simulator = await fixture.simulate({ keys: [provider.key], environment: 'sandbox' });
    const client = await fixture.connect(simulator, provider.token());
    expect((await client.send()).headers['apns-unique-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('may carry a provider token signed in DER', async () => {
    const provider = createProvider();
    const simulator = await fixture.simulate({ keys: [provider.key] });
    const client = await fixture.connect(simulator, provider.token({ encoding: 'der' }));
    expect((await client.send()).status).toBe(200);
  });

  it('may be as large as 4,096 bytes and name a collapse id of 64', async () => {
    const provider = createProvider();
    const simulator = await fixture.simulate({ keys: [provider.key] });
    const client = await fixture.connect(simulator, provider.token());
    const reply = await client.send({ body: padding(4_096), headers: { 'apns-collapse-id': 'c'.repeat(64) } });
    expect(reply.status).toBe(200);
  });

  it.each([32, 54, 80])('may be for a device token of %i bytes, in capitals too', async (bytes) => {
    const provider = createProvider();
    const simulator = await fixture.simulate({ keys: [provider.key] });
    const client = await fixture.connect(simulator, provider.token());
    expect((await client.send({ path: `/3/device/${'AB'.repeat(bytes)}` })).status).toBe(200);
    expect(simulator.log[0]?.token).toBe('ab'.repeat(bytes));
  });
});

describe('a key', () => {
  const sendWith = async (key: Partial<ProviderKey>, options: { environment: 'production' | 'sandbox' }) => {
    const provider = createProvider(key);
    const simulator = await fixture.simulate({ keys: [provider.key], ...options });
    const client = await fixture.connect(simulator, provider.token());
    return { reply: await client.send(), simulator };
  };

  it('of the other environment is answered BadEnvironmentKeyInToken', async () => {
    const { reply, simulator } = await sendWith({ environment: 'sandbox' }, { environment: 'production' });
    expect(reply).toMatchObject({ status: 403, reason: 'BadEnvironmentKeyInToken' });
    expect(simulator.log[0]?.rule).toBe('key-environment');
  });

  it('of this environment is taken', async () => {
    const { reply } = await sendWith({ environment: 'sandbox' }, { environment: 'sandbox' });
    expect(reply.status).toBe(200);
  });

  it('for certain topics may not push to another', async () => {
    const { reply } = await sendWith({ topics: ['com.example.other'] }, { environment: 'production' });
    expect(reply).toMatchObject({ status: 400, reason: 'TopicDisallowed' });
  });

  it('unrelated to the first of the connection is answered UnrelatedKeyIdInToken', async () => {
    const first = createProvider({ topics: [TOPIC] });
    const second = createProvider({ keyId: 'KEYTWO7890', topics: [TOPIC] });
    const simulator = await fixture.simulate({ keys: [first.key, second.key] });
    const client = await fixture.connect(simulator, first.token());
    expect((await client.send()).status).toBe(200);
    const reply = await client.send({ headers: { authorization: `bearer ${second.token()}` } });
    expect(reply).toMatchObject({ status: 403, reason: 'UnrelatedKeyIdInToken' });
    expect(simulator.log[1]?.rule).toBe('unrelated-key-on-connection');
  });

  it('of a second team on the connection is refused', async () => {
    const first = createProvider();
    const second = createProvider({ keyId: 'KEYTWO7890', teamId: 'TEAMTWO890' });
    const simulator = await fixture.simulate({ keys: [first.key, second.key] });
    const client = await fixture.connect(simulator, first.token());
    expect((await client.send()).status).toBe(200);
    const reply = await client.send({ headers: { authorization: `bearer ${second.token()}` } });
    expect(reply).toMatchObject({ status: 403, reason: 'InvalidProviderToken' });
    expect(simulator.log[1]?.rule).toBe('second-team-on-connection');
    const elsewhere = await fixture.connect(simulator, second.token());
    expect((await elsewhere.send()).status).toBe(200);
  });
});

describe('a new provider token', () => {
  const start = Date.now();
  let clock = start;
  let simulator: Simulator;
  const provider = createProvider();
  const issued = (ms: number): string => provider.token({ claims: { iat: seconds(ms) } });
  const sendWith = (token: string) => ({ headers: { authorization: `bearer ${token}` } });

  beforeEach(async () => {
    clock = start;
    simulator = await fixture.simulate({ keys: [provider.key], now: () => clock });
  });

  it('within 20 minutes of the last on its connection is one too many, and the connection is spoilt for as long', async () => {
    const [first, second] = [issued(start - 1_000), issued(start)];
    const client = await fixture.connect(simulator, first);
    expect((await client.send()).status).toBe(200);
    clock += 20 * 60_000 - 1;
    const reply = await client.send(sendWith(second));
    expect(reply).toMatchObject({ status: 429, reason: 'TooManyProviderTokenUpdates' });
    expect(simulator.log[1]?.rule).toBe('provider-token-updates');
    expect((await client.send()).status).toBe(429);
    clock += 20 * 60_000;
    expect((await client.send()).status).toBe(200);
  });

  it('may not be followed by the one before it', async () => {
    const [first, second] = [issued(start - 1_000), issued(start)];
    const client = await fixture.connect(simulator, first);
    await client.send();
    clock += 20 * 60_000;
    expect((await client.send(sendWith(second))).status).toBe(200);
    clock += 1;
    expect((await client.send(sendWith(first))).status).toBe(429);
  });

  it('after 20 minutes is taken', async () => {
    const [first, second] = [issued(start - 1_000), issued(start)];
    const client = await fixture.connect(simulator, first);
    await client.send();
    clock += 20 * 60_000;
    expect((await client.send(sendWith(second))).status).toBe(200);
  });

  it('is taken at once on a new connection', async () => {
    const client = await fixture.connect(simulator, issued(start - 1_000));
    await client.send();
    const another = await fixture.connect(simulator, issued(start));
    expect((await another.send()).status).toBe(200);
  });
});

it('answers DeviceTokenNotForTopic for a token given out for another topic', async () => {
  const provider = createProvider();
  const simulator = await fixture.simulate({ keys: [provider.key] });
  simulator.giveOut(device(2).toUpperCase(), 'com.example.other');
  const client = await fixture.connect(simulator, provider.token());
  const reply = await client.send({ path: `/3/device/${device(2)}` });
  expect(reply).toMatchObject({ status: 400, reason: 'DeviceTokenNotForTopic' });
  expect(simulator.log[0]?.rule).toBe('device-token-of-another-topic');
  expect((await client.send({ path: `/3/device/${device(3)}` })).status).toBe(200);
});
