import { insertedId } from '../../server/store/inserted-id';
import { TABLES, type AppRow, type LaneRow } from '../../server/store/tables';
import { eachDatabase } from './databases';
import { expectEachReachedOnce, pushRow, startScene, type Scene } from './scene';
import { until } from '../until';

/** Half of a surrogate pair, which no reader can turn into text: older versions took it. */
const BROKEN = '{"note":"\\ud800"}';

eachDatabase((database) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene({ database });
  });
  afterAll(() => scene.stop());
  afterEach(() => scene.reset());

  const app = () => scene.services.store.knex<AppRow>(TABLES.apps);
  const alarms = async () => (await scene.services.alarms.list()).filter(({ code }) => code === 'payload-broken');
  const production = () => scene.simulators.production;

  it('gives a push up that cannot be built, says so, and tells its changes with the next', async () => {
    const tokens = await scene.addDevices(10, { accepted: 1 });
    await app().update({ custom_keys: BROKEN });
    const { announced } = await scene.lane();
    await scene.publish();
    await until(async () => (await alarms()).length > 0, { within: 20_000, what: 'the alarm' });
    await until(async () => (await scene.lane()).handled > announced, { what: 'a push that is given up' });
    expect(await scene.lane()).toMatchObject({ announced });
    expect(await scene.pushes()).toEqual([]);
    const { code } = (await scene.services.overview.read()).engine;
    expect(code).toBe('running');
    expect((await scene.services.alarms.list()).map(({ code }) => code)).not.toContain('engine-failing');
    await app().update({ custom_keys: '{}' });
    await scene.publish();
    const push = await scene.finished(1);
    expectEachReachedOnce(production(), tokens, push);
    expect(push.since).toBe(announced);
    await until(async () => (await alarms()).length === 0, { what: 'the end of the alarm' });
  });

  it('ends a push that is under way and cannot be built, instead of trying it in every round', async () => {
    const { control, store } = scene.services;
    await scene.addDevices(10, { accepted: 1 });
    const { id, announced } = await scene.lane();
    await control.pause(id, 'the test');
    await scene.publish();
    const head = await until(
      async () => {
        const row = (await app().first()) as AppRow;
        return row.head > announced && row.head;
      },
      { within: 20_000, what: 'the number of the change' },
    );
    const broken = pushRow(id, store.now(), { payload: BROKEN, since: announced, rev: head, hi: 1_000_000 });
    const pushId = await insertedId(store, store.knex(TABLES.pushes).insert(broken));
    await store.knex<LaneRow>(TABLES.lanes).where({ id }).update({ push_id: pushId });
    await control.resume(id, 'the test');
    expect(await scene.finished(1)).toMatchObject({ ended: 'cancelled' });
    const [alarm] = await until(
      async () => {
        const raised = await alarms();
        return raised.length > 0 && raised;
      },
      { within: 20_000, what: 'the alarm' },
    );
    expect(alarm.params).toEqual({ message: expect.stringContaining('surrogate') });
    // No push of its own for what it told: that rides with the next waking change.
    await until(async () => (await scene.lane()).handled >= head, { within: 20_000, what: 'changes that are handled' });
    expect(await scene.lane()).toMatchObject({ announced, handled: head });
    expect(production().log).toEqual([]);
  });
});
