import { TABLES, type DeviceRow } from '../../server/store/tables';
import type { Behaviour } from '../simulator';
import { eachDatabase } from './databases';
import { expectEachReachedOnce, expectInvariant, startScene, type Scene } from './scene';
import { until } from '../until';

/** Refusals that are about the lane, not about a device. */
const OF_THE_LANE: [string, Behaviour][] = [
  ['InvalidProviderToken', { reason: 'InvalidProviderToken' }],
  ['TopicDisallowed', { reason: 'TopicDisallowed' }],
  ['Forbidden', { reason: 'Forbidden' }],
  ['an empty 403', { status: 403, emptyBody: true }],
];

/** What APNs never answers, but a portal, a proxy or another server. */
const NOT_OF_APNS: [string, Behaviour][] = [
  ['302', { status: 302, emptyBody: true }],
  ['400 without a reason', { status: 400, emptyBody: true }],
  ['402', { status: 402, htmlBody: true }],
  ['404', { status: 404, htmlBody: true }],
  ['405', { status: 405, emptyBody: true }],
  ['408', { status: 408, emptyBody: true }],
  ['410 without a reason', { status: 410, htmlBody: true }],
  ['421', { status: 421, emptyBody: true }],
];

eachDatabase((database) => {
  /** What is answered is the sender's affair, on every database alike; what is stored of it is not. */
  const someOf = <Case>(cases: Case[]) => (database === 'sqlite' ? cases : cases.slice(0, 1));

  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene({ database });
  });
  afterAll(() => scene.stop());
  afterEach(async () => {
    await scene.services.control.resume((await scene.lane()).id, 'the test');
    await scene.reset();
  });

  const production = () => scene.simulators.production;
  const overviewLane = async () => (await scene.services.overview.read()).apps[0].lanes[0];
  const alarms = async () => (await scene.services.alarms.list()).filter(({ laneId }) => laneId !== null);

  it.each(someOf(OF_THE_LANE))(
    'goes on by itself after one stray refusal among good answers: %s',
    async (_, behaviour) => {
      const tokens = await scene.addDevices(1_200, { accepted: 1 });
      production().behave({ ...behaviour, after: 500, times: 1 });
      await scene.publish();
      expectEachReachedOnce(production(), tokens, await scene.finished(1));
      expect((await scene.lane()).pauses).toBe('[]');
      expect(await alarms()).toEqual([]);
      // Asked again on a new connection, with a new token.
      const refused = production().log.findIndex(({ status }) => status !== 200);
      const again = production().log.at(-1);
      expect(again?.connection).toBeGreaterThan(production().log[refused].connection);
      expect(again?.headers.authorization).not.toBe(production().log[refused].headers.authorization);
    },
  );

  it.each([...someOf(OF_THE_LANE), ...someOf(NOT_OF_APNS)])(
    'asks again ever later where every push is refused, pauses only when that repeats, and heals by itself: %s',
    async (_, behaviour) => {
      const tokens = await scene.addDevices(300, { accepted: 1 });
      const { announced, handled } = await scene.lane();
      const recover = production().behave(behaviour);
      await scene.publish();
      await until(async () => (await overviewLane()).probation, { within: 20_000, what: 'a lane that is asked again' });
      await scene.paused(true);
      const probes = (await overviewLane()).probation?.probes ?? 0;
      expect(probes).toBeGreaterThanOrEqual(5);
      // Each probe has a connection and a provider token of its own.
      const { log } = production();
      expect(new Set(log.map(({ connection }) => connection)).size).toBeGreaterThanOrEqual(probes);
      expect(new Set(log.map(({ headers }) => headers.authorization)).size).toBeGreaterThanOrEqual(probes);
      // The canary, and a handful for each probe, one of which may be on its way.
      expect(production().log.length).toBeLessThanOrEqual(100 + 5 * (probes + 1));
      expect(await scene.lane()).toMatchObject({ announced, handled });
      expect((await scene.pushes())[0]).toMatchObject({ state: 'running', announced_at: null, rejected: 0 });
      await until(async () => (await alarms()).map(({ code }) => code).join() === 'lane-paused', { what: 'the alarm' });
      recover();
      const push = await scene.finished(1);
      expectEachReachedOnce(production(), tokens, push);
      expect(push).toMatchObject({ ended: 'done', reasons: [] });
      await scene.paused(false);
      await until(async () => (await alarms()).length === 0, { what: 'the end of the alarm' });
      expect(await scene.services.store.knex<DeviceRow>(TABLES.devices).where('refusals', '>', 0)).toEqual([]);
    },
  );

  it('shows what came instead of an answer of APNs, short and without control characters', async () => {
    const raise = jest.spyOn(scene.services.alarms, 'raise');
    await scene.addDevices(5, { accepted: 1 });
    const recover = production().behave({ status: 402, htmlBody: true });
    await scene.publish();
    const { pauses } = await scene.paused(true);
    const came = { status: 402, answer: expect.stringContaining('<html>') as string };
    expect(JSON.parse(pauses)).toMatchObject([{ cause: 'fatal', code: 'foreign-answer', params: came }]);
    await until(async () => (await alarms()).map(({ code }) => code).join() === 'lane-paused', { what: 'the alarm' });
    expect((await alarms())[0].params).toMatchObject({ code: 'foreign-answer', ...came });
    // While it was asked again, before it counted as paused.
    const refused = raise.mock.calls.flatMap(([, code, params]) => (code === 'lane-refused' ? [params] : []));
    raise.mockRestore();
    expect(refused[0]).toMatchObject({ code: 'foreign-answer', ...came });
    recover();
    await scene.finished(1);
  });

  it('says in the overview that the provider token changes too often, and until when nothing is sent for it', async () => {
    // The other lane: it keeps still for longer than the tests of this one take. One device: when it waits, nobody asks
    // for the next connection, and the last one ended.
    await scene.addDevices(1, { accepted: 1 }, 'sandbox');
    scene.simulators.sandbox.behave({ reason: 'TooManyProviderTokenUpdates' });
    await scene.publish();
    const lane = await until(
      async () => {
        const { lanes } = (await scene.services.overview.read()).apps[0];
        return lanes.find(({ environment, lastError }) => environment === 'sandbox' && lastError !== null);
      },
      { within: 20_000, what: 'a lane that keeps still' },
    );
    expect(lane.lastError).toMatchObject({ code: 'token-updates' });
    expect(lane.backOffUntil).toBeGreaterThan(scene.services.store.now());
    await until(async () => (await alarms()).map(({ code }) => code).join() === 'token-updates', { what: 'the alarm' });
    const [push] = await scene.pushes('sandbox');
    await scene.services.control.cancel(push.id, 'the test');
  });

  it('counts one device as refused that alone gets a refusal of the lane each time, and reaches the others', async () => {
    const tokens = await scene.addDevices(300, { accepted: 1 });
    production().behave({ token: tokens[150], reason: 'TopicDisallowed' });
    await scene.publish();
    const push = await scene.finished(1);
    expectInvariant(push);
    expect(push.counters).toMatchObject({ met: 300, accepted: 299, rejected: 1 });
    expect(push.reasons).toMatchObject([{ status: 400, reason: 'TopicDisallowed', count: 1 }]);
    expect((await scene.lane()).pauses).toBe('[]');
    const device = await scene.services.store.knex<DeviceRow>(TABLES.devices).where({ token: tokens[150] }).first();
    expect(device).toMatchObject({ refusals: 0 });
  });
});
