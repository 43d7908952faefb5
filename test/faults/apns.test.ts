import type { Pause } from '../../server/admin-api/contract';
import { TABLES, type DeviceRow, type LaneRow } from '../../server/store/tables';
import { until } from '../until';
import { startProxy, type Proxy } from './proxy';
import { DEVICES, onDatabases, SMOKE } from './size';
import { openStage, type Stage } from './stage';

onDatabases((client) => {
  let stage: Stage;
  let proxy: Proxy;
  beforeAll(async () => {
    stage = await openStage(client, { settings: { apns: { requestTimeoutMs: 3_000 } } });
    proxy = await startProxy({ host: '127.0.0.1', port: stage.simulator.port });
  });
  afterAll(async () => {
    await stage.close();
    await proxy.close();
  });
  afterEach(async () => {
    proxy.set('clear');
    await stage.reset();
  });

  const retired = async () => DEVICES - (await stage.knex(TABLES.devices)).length;
  const suspects = () => stage.knex<DeviceRow>(TABLES.devices).where('refusals', '>', 0);
  const tokens = () => [...stage.devices.keys()];
  const viaProxy = (requestTimeoutMs = 3_000) => ({
    settings: { apns: { requestTimeoutMs, origin: originOf(proxy) } },
  });

  async function push(options?: Parameters<Stage['engine']>[0]) {
    const engine = await stage.engine(options);
    await stage.publish();
    return engine;
  }

  async function paused(): Promise<Pause> {
    const lane = await until(
      async () => stage.knex<LaneRow>(TABLES.lanes).where({ id: stage.laneId }).whereNot({ pauses: '[]' }).first(),
      { within: 60_000, what: 'The pause' },
    );
    return (JSON.parse((lane as LaneRow).pauses) as Pause[])[0];
  }

  it('reaches everybody once through a storm of GOAWAYs', async () => {
    // The sender connects again ever later: to Apple, opening and closing in quick succession is an attack.
    stage.simulator.behave({ goaway: { lastStream: 'current' }, share: 5 / DEVICES });
    await push();
    await stage.done(1);
    expect(await stage.promiseKept()).toEqual({ repeated: 0 });
  });

  it('reaches everybody once though streams are refused', async () => {
    stage.simulator.behave({ refuse: true, share: 0.05 });
    await push();
    await stage.done(1);
    expect(await stage.promiseKept()).toEqual({ repeated: 0 });
  });

  it('reaches everybody though connections are reset, and repeats only what was not answered', async () => {
    await push(viaProxy());
    for (let n = 1; n <= 3; n++) {
      await stage.received((DEVICES / 5) * n);
      proxy.reset();
    }
    await stage.done(1);
    await stage.promiseKept({ unanswered: 3 * 1_000 });
  });

  it('finds a half-open connection by its deadline, and repeats only what was not answered', async () => {
    await push(viaProxy());
    await stage.received(DEVICES / 4);
    proxy.set('black-hole');
    // Longer than a request may take.
    await pass(4_000);
    proxy.set('clear');
    await stage.done(1);
    await stage.promiseKept({ unanswered: 1_000 });
  });

  it('reaches everybody once through two seconds of latency', async () => {
    proxy.set({ delayMs: 1_000 });
    await push(viaProxy(30_000));
    // Node's server takes 65,535 bytes, some 300 pushes, before it tells that it takes more: two seconds later.
    await stage.done(1, 300_000);
    expect(await stage.promiseKept()).toEqual({ repeated: 0 });
  });

  it('goes on when a connection that carried a byte a second is quick again', async () => {
    await push(viaProxy());
    await stage.received(DEVICES / 4);
    proxy.set('trickle');
    await pass(5_000);
    proxy.set('clear');
    await stage.done(1);
    await stage.promiseKept({ unanswered: 1_000 });
  });

  it('tries a device that is busy (429) again later, and nobody else', async () => {
    const busy = tokens().slice(DEVICES / 2, DEVICES / 2 + 5);
    for (const token of busy) stage.simulator.behave({ token, reason: 'TooManyRequests', times: 1 });
    await push();
    await until(async () => (await stage.pushes())[0]?.announced_at, { within: 90_000, what: 'The announcement' });
    const waiting = await stage.knex(TABLES.retries);
    expect(waiting).toHaveLength(busy.length);
    // Sooner than the first retry of a busy device, which is a minute away.
    await stage.knex(TABLES.retries).update({ due_at: 0 });
    await stage.knex(TABLES.shards).where({ state: 'open' }).update({ due_at: 0 });
    await stage.done(1);
    expect(await stage.promiseKept()).toEqual({ repeated: 0 });
    expect(await retired()).toBe(0);
  });

  it('waits while APNs is unavailable (503), and reaches everybody when it is back', async () => {
    const recover = stage.simulator.behave({ reason: 'ServiceUnavailable', after: DEVICES / 4 });
    await push();
    await stage.received(DEVICES / 4 + 20);
    const lane = await until(
      async () => stage.knex<LaneRow>(TABLES.lanes).where({ id: stage.laneId }).whereNotNull('back_off_until').first(),
      { within: 20_000, what: 'The back-off' },
    );
    expect((lane as LaneRow).pauses).toBe('[]');
    const during = stage.simulator.log.length;
    // Those in flight when it began, and a probe now and then.
    expect(during).toBeLessThan(DEVICES / 4 + 1_100);
    recover();
    await stage.done(1);
    expect(await stage.promiseKept()).toEqual({ repeated: 0 });
    expect(await retired()).toBe(0);
    expect(await suspects()).toEqual([]);
  });

  it('leaves a connection whose server shuts down (Shutdown), and sends again on another', async () => {
    await push();
    await stage.received(DEVICES / 4);
    stage.simulator.behave({ reason: 'Shutdown', connections: 'existing', times: 50 });
    await stage.done(1);
    expect(await stage.promiseKept()).toEqual({ repeated: 0 });
    expect(await retired()).toBe(0);
  });

  it('signs a new provider token when APNs holds the old one for expired', async () => {
    await push();
    await stage.received(DEVICES / 4);
    stage.simulator.behave({ reason: 'ExpiredProviderToken', connections: 'existing' });
    await stage.done(1);
    expect(await stage.promiseKept()).toEqual({ repeated: 0 });
  });

  it('pauses the lane and names the clock when even a new provider token is held for expired', async () => {
    const recover = stage.simulator.behave({ reason: 'ExpiredProviderToken' });
    await push();
    expect(await paused()).toMatchObject({ cause: 'fatal', code: 'clock' });
    recover();
    await resume(stage);
    expect(await retired()).toBe(0);
  });

  it('keeps the provider token and waits when APNs says that it changes too often', async () => {
    const engine = await push();
    await stage.received(DEVICES / 4);
    const recover = stage.simulator.behave({ reason: 'TooManyProviderTokenUpdates' });
    await until(
      async () => stage.knex<LaneRow>(TABLES.lanes).where({ id: stage.laneId }).whereNotNull('back_off_until').first(),
      { within: 20_000, what: 'The wait' },
    );
    const tried = stage.simulator.log.length;
    const authorizations = new Set(stage.simulator.log.map(({ headers }) => headers.authorization));
    expect(authorizations.size).toBe(1);
    recover();
    // The wait is five minutes: another process, which was not told to, goes on.
    await engine.kill('SIGTERM');
    await stage.engine();
    await stage.done(1);
    expect(tried).toBeLessThan(DEVICES / 4 + 2_100);
    expect(await stage.promiseKept()).toEqual({ repeated: 0 });
  });

  it.each(SMOKE ? ['InvalidProviderToken'] : ['InvalidProviderToken', 'BadEnvironmentKeyInToken', 'TopicDisallowed'])(
    'pauses the lane after a few probes when APNs says %s, retires nobody, and reaches everybody when it is resumed',
    async (reason) => {
      const recover = stage.simulator.behave({ reason });
      await push();
      expect(await paused()).toMatchObject({ cause: 'fatal', code: reason });
      // The canary, and one push for each probe.
      expect(stage.simulator.log.length).toBeLessThanOrEqual(120);
      recover();
      await resume(stage);
      expect(await retired()).toBe(0);
      expect(await suspects()).toEqual([]);
    },
  );

  it('pauses the lane by its guard when every token is of the other environment, and retires nobody', async () => {
    const recover = stage.simulator.behave({ reason: 'BadDeviceToken' });
    await push();
    expect(await paused()).toMatchObject({ cause: 'guard' });
    expect(stage.simulator.log.length).toBeLessThanOrEqual(100);
    await until(async () => (await suspects()).length === 0, { within: 20_000, what: 'The count taken back' });
    recover();
    await resume(stage);
    expect(await retired()).toBe(0);
  });

  it('keeps the lane paused whose guard trips in the moment in which the process is killed', async () => {
    const recover = stage.simulator.behave({ reason: 'BadDeviceToken' });
    const engine = await push({ failpoint: 'after-guard=kill' });
    expect(await engine.exited).toMatchObject({ signal: 'SIGKILL' });
    await stage.engine();
    expect(await paused()).toMatchObject({ cause: 'guard' });
    expect(stage.simulator.log.length).toBeLessThanOrEqual(200);
    recover();
    await resume(stage);
    expect(await retired()).toBe(0);
    expect(await suspects()).toEqual([]);
  });

  if (!SMOKE) {
    it('reaches everybody over five connections that die one after the other', async () => {
      stage.simulator.behave({ cut: true, share: 5 / DEVICES });
      await push();
      await stage.done(1);
      await stage.promiseKept({ unanswered: 5 * 1_000 });
    });
  }
});

const pass = async (ms: number) => {
  const since = performance.now();
  await until(() => performance.now() - since > ms, { within: 2 * ms });
};

const originOf = ({ port }: Proxy) => {
  const origin = `https://localhost:${port}`;
  return { production: origin, sandbox: origin };
};

/** Forgets what was refused, clears the pause, and waits for the push that follows. */
async function resume(stage: Stage): Promise<void> {
  await stage.resume();
  await stage.done(1);
  await stage.promiseKept();
}
