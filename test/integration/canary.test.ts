import { CANARY_SIZE, canaryOf } from '../../server/pipeline/push';
import { TABLES, type DeviceRow, type LaneRow, type ShardRow } from '../../server/store/tables';
import { eachDatabase } from './databases';
import { expectInvariant, startScene, type Scene } from './scene';
import { until } from '../until';

const INVENTED = 100;
const REAL = 400;

eachDatabase((database) => {
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
  const { devices, lanes, shards } = TABLES;

  /** A lane that never had an acceptance, with invented tokens that registered first. */
  async function newLane(real: number): Promise<string[]> {
    const { knex } = scene.services.store;
    await knex<LaneRow>(lanes).update({ accepted_at: null });
    for (const token of await scene.addDevices(INVENTED)) production().behave({ token, reason: 'BadDeviceToken' });
    return scene.addDevices(real);
  }

  it('reaches the real devices of a new lane though a hundred invented tokens registered first', async () => {
    const tokens = await newLane(REAL);
    await scene.publish();
    const push = await scene.finished(1);
    expectInvariant(push);
    expect(push).toMatchObject({ ended: 'done', counters: { accepted: REAL, rejected: INVENTED } });
    expect([...production().accepted().keys()].sort()).toEqual([...tokens].sort());
    expect((await scene.lane()).pauses).toBe('[]');
  });

  it('reaches the real devices of a new lane though invented tokens registered all the time between them', async () => {
    const { knex } = scene.services.store;
    await knex<LaneRow>(lanes).update({ accepted_at: null });
    const tokens = await scene.addDevices(REAL);
    // Four in five: a canary of these alone would stop the push.
    const invented = tokens.filter((_, n) => n % 5 !== 0);
    for (const token of invented) production().behave({ token, reason: 'BadDeviceToken' });
    await scene.publish();
    const push = await scene.finished(1);
    expectInvariant(push);
    expect(push).toMatchObject({
      ended: 'done',
      counters: { accepted: REAL - invented.length, rejected: invented.length },
    });
    expect((await scene.lane()).pauses).toBe('[]');
  });

  it('that is refused whole in a new lane is followed, once the lane is resumed, by one of other devices', async () => {
    const { store, control } = scene.services;
    await store.knex<LaneRow>(lanes).update({ accepted_at: null });
    const tokens = await scene.addDevices(REAL);
    production().behave({ reason: 'BadDeviceToken', times: 2 * CANARY_SIZE });
    await scene.publish();
    for (let stopped = 1; stopped <= 2; stopped++) {
      await until(async () => (await scene.pushes()).length === stopped, { within: 20_000, what: 'the next push' });
      const { id } = await scene.paused(true);
      await control.resume(id, 'the test');
    }
    const push = await scene.finished(3);
    expectInvariant(push);
    expect(push).toMatchObject({ ended: 'done', counters: { met: REAL, accepted: REAL } });
    expect([...production().accepted().keys()].sort()).toEqual([...tokens].sort());
    const canaries = (await scene.pushes()).map((row) => [...canaryOf(row)]);
    expect(canaries.map(({ length }) => length)).toEqual([CANARY_SIZE, CANARY_SIZE, CANARY_SIZE]);
    for (const n of [1, 2]) expect(canaries[n].filter((id) => canaries[n - 1].includes(id))).toEqual([]);
  });

  it('that is refused whole in a new lane leaves a test push and sending anyway, and the next begins with whom that reached', async () => {
    const { store, control } = scene.services;
    await store.knex<LaneRow>(lanes).update({ accepted_at: null });
    await scene.addDevices(REAL);
    production().behave({ reason: 'BadDeviceToken', times: CANARY_SIZE });
    await scene.publish();
    const { id, pauses } = await scene.paused(true);
    const params = { refused: CANARY_SIZE, answered: CANARY_SIZE };
    expect(JSON.parse(pauses)).toMatchObject([{ cause: 'guard', code: 'guard-first', params }]);
    const known = (await store.knex<DeviceRow>(devices).first()) as DeviceRow;
    expect(await control.sendTest(known.public_id, 'the test')).toMatchObject({ outcome: 'accepted' });
    production().clear();
    await control.sendAnyway(id, 'the test');
    const push = await scene.finished(1);
    expectInvariant(push);
    expect(push.counters).toMatchObject({ met: REAL, accepted: REAL - CANARY_SIZE, rejected: CANARY_SIZE });
    const reached = production().accepted();
    production().clear();
    await scene.publish();
    await scene.finished(2);
    const first = production().log.slice(0, CANARY_SIZE);
    expect(first.filter(({ token }) => !reached.has(token))).toEqual([]);
  });

  it('begins with devices that APNs accepted before, wherever they lie', async () => {
    const { knex } = scene.services.store;
    await scene.addDevices(200);
    const known = await scene.addDevices(60, { accepted: 1 });
    await scene.addDevices(200);
    const known2 = await scene.addDevices(60, { accepted: 1 });
    await knex<LaneRow>(lanes).update({ accepted_at: 1 });
    await scene.publish();
    const push = await scene.finished(1);
    expectInvariant(push);
    const accepted = new Set([...known, ...known2]);
    const first = production()
      .log.slice(0, 100)
      .filter(({ token }) => accepted.has(token));
    expect(first).toHaveLength(100);
    expect(push.counters).toMatchObject({ met: 520, accepted: 520 });
    expect([...production().accepted().values()].every((times) => times === 1)).toBe(true);
  });

  it('tries a lane of few devices with one shard', async () => {
    await scene.addDevices(30);
    await scene.publish();
    const push = await scene.finished(1);
    expect(push.counters).toMatchObject({ met: 30, accepted: 30 });
    expect(await scene.services.store.knex<ShardRow>(shards).where({ push_id: push.id })).toHaveLength(1);
  });

  it('counts each device once when a push with a chosen canary is cancelled before it began', async () => {
    await scene.addDevices(600, { accepted: 1 });
    const recover = production().behave({ hang: true });
    await scene.publish();
    await scene.services.control.cancel(
      (await until(async () => (await scene.pushes()).at(-1), { what: 'a push' })).id,
      'the test',
    );
    const push = await scene.finished(1);
    recover();
    expectInvariant(push);
    expect(push.counters).toMatchObject({ met: 600, cancelled: 600 });
  });
});
