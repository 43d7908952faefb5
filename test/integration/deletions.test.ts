import { TABLES, type DeviceRow, type ShardRow } from '../../server/store/tables';
import { eachDatabase } from './databases';
import { expectEachReachedOnce, expectInvariant, pushRow, startScene, type Scene } from './scene';
import { until } from '../until';

const BY = 'Ada Lovelace';
const FLEET = 400;

eachDatabase((database) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene({ database });
  });
  afterAll(() => scene.stop());
  afterEach(async () => {
    const { id } = await scene.lane();
    await scene.services.control.resume(id, BY);
    await scene.reset();
    await scene.services.control.decideDeletions(id, 'drop', BY);
  });

  const production = () => scene.simulators.production;
  const devices = () => scene.services.store.knex<DeviceRow>(TABLES.devices);
  const held = () => devices().whereNotNull('gone_at');
  const alarms = async () => (await scene.services.alarms.list()).filter(({ code }) => code === 'deletions-held');
  const acts = async () => {
    const { id, app_id: appId } = await scene.lane();
    return scene.services.acts.ofLane({ id, appId });
  };

  /** Pushes once, and APNs calls this share of the devices gone. */
  async function pushWhileGone(share: number) {
    const tokens = await scene.addDevices(FLEET, { accepted: 1, registered_at: scene.services.store.now() - 60_000 });
    const recover = production().behave({ reason: 'Unregistered', share });
    await scene.publish();
    const push = await scene.finished(1);
    recover();
    expectInvariant(push);
    expect(push.counters).toMatchObject({ met: FLEET, rejected: FLEET * share });
    return tokens;
  }

  it('deletes the devices that APNs calls gone at the end of a push, where so many can be', async () => {
    await pushWhileGone(0.05);
    expect(await devices()).toHaveLength(FLEET * 0.95);
    expect(await alarms()).toEqual([]);
  });

  it('holds the deletions of a wave of 410, asks, and deletes when a person confirms', async () => {
    await pushWhileGone(0.15);
    expect(await devices()).toHaveLength(FLEET);
    expect(await held()).toHaveLength(FLEET * 0.15);
    const { id } = await scene.lane();
    const facts = { held: FLEET * 0.15, gone: FLEET * 0.15, answered: FLEET };
    expect(await alarms()).toMatchObject([{ laneId: id, params: facts }]);
    expect(await scene.services.control.decideDeletions(id, 'confirm', BY)).toBe(FLEET * 0.15);
    expect(await devices()).toHaveLength(FLEET * 0.85);
    expect(await alarms()).toEqual([]);
    expect((await acts())[0]).toMatchObject({ act: 'confirm-deletions', by: BY });
  });

  it('holds a wave of 410 as well that comes little by little, over pushes of the same day', async () => {
    await pushWhileGone(0.08);
    const left = FLEET * 0.92;
    expect(await devices()).toHaveLength(left);
    production().behave({ reason: 'Unregistered', share: 0.05 });
    await scene.publish();
    const { counters } = await scene.finished(2);
    expect(counters).toMatchObject({ met: left, rejected: Math.floor(left * 0.05) });
    expect(await devices()).toHaveLength(left);
    expect(await held()).toHaveLength(counters.rejected);
    expect(await alarms()).toHaveLength(1);
  });

  it('counts a device once whose deletion is held, however often APNs calls it gone', async () => {
    await pushWhileGone(0.15);
    const marked = await held().orderBy('id').select('token', 'gone_at', 'gone_push');
    const alarm = await alarms();
    for (const { token } of marked) production().behave({ token, reason: 'Unregistered' });
    await scene.publish();
    const push = await scene.finished(2);
    expectInvariant(push);
    expect(push.counters).toMatchObject({ met: FLEET, rejected: marked.length });
    const shards = await scene.services.store.knex<ShardRow>(TABLES.shards).where({ push_id: push.id });
    const sum = (column: 'gone' | 'guard_answers' | 'guard_refusals') =>
      shards.reduce((total, shard) => total + shard[column], 0);
    expect([sum('gone'), sum('guard_refusals'), sum('guard_answers')]).toEqual([0, 0, FLEET - marked.length]);
    expect(await held().orderBy('id').select('token', 'gone_at', 'gone_push')).toEqual(marked);
    expect(await alarms()).toEqual(alarm);
  });

  it('leaves to a push that runs what it was told, whatever a person decides meanwhile', async () => {
    const { control, store } = scene.services;
    const { id, announced } = await scene.lane();
    await control.pause(id, BY);
    const running = pushRow(id, store.now(), { rev: announced, hi: 1_000_000 });
    await store.knex(TABLES.pushes).insert(running);
    const [push] = await scene.pushes();
    await scene.addDevices(3, { accepted: 1, gone_at: store.now(), gone_push: push.id });
    for (const decision of ['confirm', 'drop'] as const)
      expect(await control.decideDeletions(id, decision, BY)).toBe(0);
    expect(await held()).toHaveLength(3);
    await control.cancel(push.id, BY);
  });

  it('keeps the devices when a person drops the deletions, and sends to them as before', async () => {
    const tokens = await pushWhileGone(0.15);
    const { id } = await scene.lane();
    expect(await scene.services.control.decideDeletions(id, 'drop', BY)).toBe(FLEET * 0.15);
    expect(await held()).toEqual([]);
    expect((await acts())[0]).toMatchObject({ act: 'drop-deletions', by: BY });
    production().clear();
    await scene.publish();
    expectEachReachedOnce(production(), tokens, await scene.finished(2));
  });

  it('forgets that a device was called gone when APNs accepts it again', async () => {
    const tokens = await pushWhileGone(0.15);
    production().clear();
    await scene.publish();
    expectEachReachedOnce(production(), tokens, await scene.finished(2));
    expect(await held()).toEqual([]);
  });

  it('takes back the few deletions of a push that its guard stopped', async () => {
    await scene.addDevices(FLEET, { accepted: 1, registered_at: scene.services.store.now() - 60_000 });
    production().behave({ reason: 'BadDeviceToken' });
    production().behave({ reason: 'Unregistered', times: 5 });
    await scene.publish();
    const { id } = await scene.paused(true);
    await until(async () => (await held()).length === 5, { what: 'the devices that are called gone' });
    production().clear();
    await scene.services.control.resume(id, BY);
    await scene.finished(2);
    expect(await devices()).toHaveLength(FLEET);
    expect(await held()).toEqual([]);
    expect(await alarms()).toEqual([]);
  });

  it('stops a push by its guard when every device is called gone, and deletes nobody', async () => {
    const tokens = await scene.addDevices(FLEET, { accepted: 1, registered_at: scene.services.store.now() - 60_000 });
    const recover = production().behave({ reason: 'Unregistered' });
    await scene.publish();
    const lane = await scene.paused(true);
    expect(JSON.parse(lane.pauses)).toMatchObject([{ cause: 'guard', code: 'guard-gone' }]);
    expect(production().log.length).toBeLessThanOrEqual(100);
    production().clear();
    recover();
    await scene.services.control.resume(lane.id, BY);
    expectEachReachedOnce(production(), tokens, await scene.finished(2));
    await until(async () => (await alarms()).length === 1, { what: 'the alarm of the push that was stopped' });
    expect(await devices()).toHaveLength(FLEET);
    expect(await held()).toEqual([]);
  });
});
