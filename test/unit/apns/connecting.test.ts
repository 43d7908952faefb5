import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '../../simulator';
import { closeAll, closeLater, createSender, expectAgreement, startApns, type Sender } from './lane';
import { startProxy, startSilent, startTls } from './servers';
import { until } from '../../until';

afterEach(closeAll);

/** Waits for room until the sender has given a connection up. */
async function failure({ client }: Sender) {
  const abort = new AbortController();
  const ready = client.ready(abort.signal);
  await until(() => client.state.kind === 'waiting', { what: 'the attempt to fail' });
  const { error, retryAt } = client.state;
  expect(client.room).toBe(0);
  expect(retryAt).toBeGreaterThan(Date.now() - 10_000);
  abort.abort();
  await ready;
  return error;
}

describe('a connection that cannot be made', () => {
  it('is tried again until it can: nobody listens, then somebody does', async () => {
    const first = await startApns();
    await first.close();
    const sender = createSender(first);
    const pushing = sender.push(10);
    await until(() => sender.events.filter(({ type }) => type === 'failed').length >= 3, { what: 'three attempts' });
    expect(sender.client.state).toMatchObject({
      kind: 'waiting',
      error: { code: 'refused', message: expect.stringContaining(`localhost:${first.port} refuses connections`) },
    });
    const apns = await startApns({ port: first.port, authority: first.authority });
    await pushing;
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 10 });
    expect(sender.client.state.error).toBeUndefined();
    expectAgreement(apns, sender);
  });

  it('waits twice as long after each failure, up to a limit, and less by chance', async () => {
    const sender = createSender({
      origin: 'https://localhost:1',
      backOff: { firstMs: 10, longestMs: 40 },
      random: () => 0,
      now: () => 1_000_000_000_000,
    });
    const abort = new AbortController();
    const ready = sender.client.ready(abort.signal);
    const failures = () => sender.events.filter((event) => event.type === 'failed');
    await until(() => failures().length >= 4, { what: 'four attempts' });
    abort.abort();
    await ready;
    const waits = failures().map(({ retryAt }) => retryAt - 1_000_000_000_000);
    expect(waits.slice(0, 4)).toEqual([5, 10, 20, 20]);
  });

  it('is not tried while nobody waits', async () => {
    const sender = createSender({ origin: 'https://localhost:1' });
    await failure(sender);
    const attempts = () => sender.events.filter(({ type }) => type === 'connecting').length;
    const before = attempts();
    const started = Date.now();
    await until(() => Date.now() - started > 300, { what: 'several back-offs to pass' });
    expect(attempts()).toBeLessThanOrEqual(before + 1);
  });

  it('is explained: the name cannot be resolved', async () => {
    const error = await failure(createSender({ origin: 'https://apns.invalid' }));
    expect(error).toEqual({
      code: 'dns',
      message: expect.stringMatching(/^apns\.invalid:443 has a name that cannot be resolved/),
    });
  });

  it('is explained: the certificate is signed by somebody unknown', async () => {
    const { origin } = await startApns();
    expect(await failure(createSender({ origin }))).toMatchObject({ code: 'tls-untrusted' });
    const stranger = await startApns({ certificate: 'unknown-authority' });
    expect(await failure(createSender(stranger))).toMatchObject({ code: 'tls-untrusted' });
  });

  it('is explained: the certificate is for another host name', async () => {
    const apns = await startApns({ certificate: 'wrong-host' });
    expect(await failure(createSender(apns))).toMatchObject({ code: 'tls-host-name' });
  });

  it('is explained: the certificate has expired', async () => {
    const apns = await startApns({ certificate: 'expired' });
    expect(await failure(createSender(apns))).toMatchObject({ code: 'tls-expired' });
  });

  it('is explained: the connection is cut in the TLS handshake', async () => {
    const apns = await startApns({ tls: 'refuse' });
    expect(await failure(createSender(apns))).toMatchObject({ code: 'reset' });
  });

  it.each([
    ['knows HTTP/1.1 only', ['http/1.1']],
    ['negotiates no protocol', undefined],
  ])('is explained: the server %s', async (_, protocols) => {
    expect(await failure(createSender(await startTls(protocols)))).toMatchObject({ code: 'not-http2' });
  });

  it('is explained: the server speaks TLS and then says nothing', async () => {
    const server = await startTls(['h2']);
    expect(await failure(createSender({ ...server, connectTimeoutMs: 200 }))).toMatchObject({ code: 'timeout' });
  });

  it('is explained: the server says nothing at all', async () => {
    const origin = await startSilent();
    expect(await failure(createSender({ origin, connectTimeoutMs: 200 }))).toMatchObject({ code: 'timeout' });
  });

  it.each(['http://localhost:80', 'localhost', 'ftp://localhost'])('is wrong use for %s', (origin) => {
    expect(() => createSender({ origin })).toThrow(TypeError);
  });
});

describe('trust', () => {
  it('adds the given authority to those that Node trusts', async () => {
    const apns = await startApns();
    const sender = createSender({ origin: apns.origin.replace('localhost', '127.0.0.1'), ca: apns.ca });
    await sender.push(1);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 1 });
  });
});

describe('the authorities of NODE_EXTRA_CA_CERTS', () => {
  const before = process.env.NODE_EXTRA_CA_CERTS;
  afterEach(() => {
    if (before === undefined) delete process.env.NODE_EXTRA_CA_CERTS;
    else process.env.NODE_EXTRA_CA_CERTS = before;
  });

  it('are trusted beside the given one, which Node alone would put in their place', async () => {
    const apns = await startApns();
    const directory = mkdtempSync(join(tmpdir(), 'apns-'));
    closeLater(async () => rmSync(directory, { recursive: true }));
    process.env.NODE_EXTRA_CA_CERTS = join(directory, 'extra.pem');
    writeFileSync(process.env.NODE_EXTRA_CA_CERTS, apns.ca);
    const sender = createSender({ origin: apns.origin, ca: createAuthority().certificatePem });
    await sender.push(1);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 1 });
  });
});

describe('a proxy', () => {
  it('is asked for a tunnel, and the pushes go through it', async () => {
    const apns = await startApns();
    const proxy = await startProxy();
    const sender = createSender({ ...apns, proxy: proxy.url });
    await sender.push(200);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 200 });
    expect(proxy.asked).toEqual([{ destination: `localhost:${apns.port}`, login: null }]);
    expectAgreement(apns, sender);
  });

  it('gets user name and password, with characters that URLs escape', async () => {
    const apns = await startApns();
    const proxy = await startProxy({ login: 'me@home:p:ä/ss' });
    const login = `${encodeURIComponent('me@home')}:${encodeURIComponent('p:ä/ss')}`;
    const sender = createSender({ ...apns, proxy: `http://${login}@${proxy.host}` });
    await sender.push(3);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 3 });
    expect(proxy.asked[0].login).toBe('me@home:p:ä/ss');
  });

  it.each(['50%', '%', '%zz', 'a%E4b', '100%25'])('may have a password such as %s', async (password) => {
    const apns = await startApns();
    const expected = `me:${password === '100%25' ? '100%' : password}`;
    const proxy = await startProxy(password === 'a%E4b' ? {} : { login: expected });
    const sender = createSender({ ...apns, proxy: `http://me:${password}@${proxy.host}` });
    await sender.push(3);
    await sender.settled();
    expect(sender.tally()).toEqual({ accepted: 3 });
  });

  it('that asks for a password says so, and the password given stays secret', async () => {
    const apns = await startApns();
    const proxy = await startProxy({ login: 'user:right' });
    expect(await failure(createSender({ ...apns, proxy: proxy.url }))).toEqual({
      code: 'proxy-authentication',
      message: `The proxy ${proxy.host} asks for a user name and password (HTTP 407).`,
    });
    const error = await failure(createSender({ ...apns, proxy: `http://user:wrong@${proxy.host}` }));
    expect(error).toMatchObject({ code: 'proxy-authentication', message: expect.stringContaining('does not accept') });
    expect(JSON.stringify(error)).not.toContain('wrong');
  });

  it('that lets nobody through says so', async () => {
    const apns = await startApns();
    const proxy = await startProxy({ status: 403 });
    const error = await failure(createSender({ ...apns, proxy: proxy.url }));
    expect(error).toMatchObject({ code: 'proxy-refused', message: expect.stringContaining('(HTTP 403)') });
  });

  it('that is not there says so', async () => {
    const error = await failure(createSender({ origin: 'https://localhost:2', proxy: 'http://localhost:1' }));
    expect(error).toMatchObject({
      code: 'proxy-unreachable',
      message: expect.stringContaining('The proxy localhost:1'),
    });
  });

  it('that never answers is given up', async () => {
    const { host } = new URL(await startSilent());
    const proxy = `http://me:secret@${host}`;
    const sender = createSender({ origin: 'https://localhost:2', proxy, connectTimeoutMs: 200 });
    expect(await failure(sender)).toEqual({
      code: 'proxy-unreachable',
      message: `The proxy ${host} did not answer in time. Check that it is the right one and runs, and the firewall.`,
    });
  });

  it('is named when it is the server behind it that never answers', async () => {
    const silent = await startTls(['h2']);
    const proxy = await startProxy();
    const error = await failure(createSender({ ...silent, proxy: proxy.url, connectTimeoutMs: 300 }));
    expect(error).toMatchObject({
      code: 'timeout',
      message: expect.stringContaining(`(through the proxy ${proxy.host}) did not answer in time`),
    });
  });

  it('leads to a server with a wrong certificate: the server is named', async () => {
    const apns = await startApns({ certificate: 'wrong-host' });
    const proxy = await startProxy();
    expect(await failure(createSender({ ...apns, proxy: proxy.url }))).toMatchObject({ code: 'tls-host-name' });
  });

  it.each(['socks://me:secret@localhost', 'me:secret@localhost:3128', 'http://me:secret@:3128'])(
    'is named as no proxy when it is %s, without the password',
    async (proxy) => {
      const error = await failure(createSender({ origin: 'https://localhost:2', proxy }));
      expect(error).toEqual({
        code: 'proxy-invalid',
        message: 'The proxy in server.proxy is no URL such as http://proxy.example:3128.',
      });
    },
  );
});

describe('closing', () => {
  it('lets what is under way finish', async () => {
    const apns = await startApns({ latencyMs: 100 });
    const sender = createSender(apns);
    await sender.push(30);
    await sender.client.close(5_000);
    expect(sender.client.state.kind).toBe('closed');
    expect(sender.tally()).toEqual({ accepted: 30 });
    expectAgreement(apns, sender);
  });

  it('settles the rest as unknown when the time is over', async () => {
    const apns = await startApns();
    const sender = createSender(apns);
    await sender.push(1);
    await sender.settled();
    apns.behave({ hang: true });
    await sender.push(30);
    await sender.client.close(50);
    expect(sender.tally()).toEqual({ accepted: 1, 'unknown connection-lost': 30 });
    await until(() => apns.openConnections === 0, { what: 'the server to see it' });
    expectAgreement(apns, sender);
  });

  it('ends every wait for room', async () => {
    const sender = createSender({ origin: 'https://localhost:1' });
    const waiting = [sender.client.ready(), sender.client.ready()];
    await sender.client.close(0);
    await Promise.all(waiting);
    await sender.client.ready();
    expect(sender.client.room).toBe(0);
  });

  it('may be asked for twice', async () => {
    const apns = await startApns();
    const sender = createSender(apns);
    await sender.push(1);
    await Promise.all([sender.client.close(1_000), sender.client.close(0)]);
    await sender.client.close(0);
    expect(sender.tally()).toEqual({ accepted: 1 });
  });

  it.each([
    ['connecting', async (sender: Sender) => void sender.client.ready()],
    ['waiting to try again', async (sender: Sender) => void (await failure(sender))],
  ])('while %s leaves nothing behind', async (_, prepare) => {
    const origin = await startSilent();
    const before = resources();
    const sender = createSender({ origin, connectTimeoutMs: 300 });
    await prepare(sender);
    await sender.client.close(0);
    await until(() => resources() <= before, { what: 'sockets and timers to be gone' });
  });

  it.each([
    ['directly', false],
    ['through a proxy', true],
  ])('with requests under way %s leaves nothing behind', async (_, proxied) => {
    const apns = await startApns();
    const proxy = proxied ? (await startProxy()).url : null;
    const before = resources();
    const sender = createSender({ ...apns, proxy });
    apns.behave({ after: 1, hang: true });
    await sender.push(50);
    await sender.client.close(20);
    expect(sender.tally()).toEqual({ accepted: 1, 'unknown connection-lost': 49 });
    await until(() => apns.openConnections === 0, { what: 'the server to see it' });
    await until(() => resources() <= before, { what: 'sockets and timers to be gone' });
  });

  it('gives a wait up when its signal aborts', async () => {
    const sender = createSender({ origin: await startSilent(), connectTimeoutMs: 10_000 });
    closeLater(() => sender.client.close(0));
    const abort = new AbortController();
    const ready = sender.client.ready(abort.signal);
    abort.abort();
    await ready;
    expect(sender.client.room).toBe(0);
    await sender.client.ready(abort.signal);
  });
});

/** Sockets and timers that keep the process alive. */
function resources(): number {
  return process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Timeout|Pipe/.test(name)).length;
}
