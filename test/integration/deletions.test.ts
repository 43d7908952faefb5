import { TABLES, type DeviceRow } from '../../server/store/tables';
import { eachDatabase } from './databases';
import { expectEachReachedOnce, expectInvariant, startScene, type Scene } from './scene';
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
