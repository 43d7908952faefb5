import { TABLES, type ChangeRow, type LaneRow, type PushRow, type ShardRow } from '../../server/store/tables';
import type { LaneView } from '../../server/apps/registry';
import { cancelPush, hurryLane, pauseByAdministrator, resumeLane } from '../../server/pipeline/control/lane-acts';
import { until } from '../until';
import { DEVICES, onDatabases } from './size';
import { openStage, type Stage } from './stage';
import { inHand } from './verdict';

/** A push lasts ten seconds at least, so that acts meet it on its way however fast the machine is. */
const PER_SECOND = DEVICES / 10;
const WEEKEND_MS = 60 * 3_600_000;

onDatabases((client) => {
  let stage: Stage;
  /** APNs' clock, which goes on while ours is down. */
  let laterMs = 0;
  beforeAll(async () => {
    stage = await openStage(client, {
      simulator: { streams: 100, latencyMs: 20, now: () => Date.now() + laterMs },
      settings: { delivery: { maxPerSecond: PER_SECOND } },
    });
  });
  afterAll(() => stage.close());
  afterEach(() => stage.reset());

  // These act on the database as another process does: the engines hear of it from there.
  const view = () => stage.services.registry.laneById(stage.laneId) as LaneView;
  const pause = () => pauseByAdministrator(stage.services.store, view(), 'the test');
  const resume = () => resumeLane(stage.services.store, view(), 'the test');
  const held = () => stage.knex<ShardRow>(TABLES.shards).whereNotNull('owner');
  const lane = async () => (await stage.knex<LaneRow>(TABLES.lanes).where({ id: stage.laneId }).first()) as LaneRow;
  const finished = (count: number) =>
    until(
      async () => {
        const ended = (await stage.pushes()).filter(({ state }) => state === 'finished');
        return ended.length >= count && ended;
      },
      { within: 90_000, what: `The end of ${count} pushes` },
    );

  /** Waits until the shards are given back. @returns how many devices were sent to: not all, the act was felt before */
  async function silence(): Promise<number> {
    await until(async () => (await held()).length === 0, { within: 10_000, what: 'Shards that are given back' });
    const sent = stage.simulator.log.length;
    expect(sent).toBeLessThan(DEVICES);
    return sent;
  }

  it('stops sending when it is paused, and goes on from its cursors when it is resumed', async () => {
    await stage.engine();
    await stage.publish();
    await stage.received(DEVICES / 4);
    await pause();
    const sent = await silence();
    await stage.publish();
    expect(stage.simulator.log.length).toBe(sent);
    await resume();
    await stage.done(2);
    expect(await stage.promiseKept()).toEqual({ repeated: 0 });
  });

  it('cancels a push on its way, and counts whom it had not met', async () => {
    await stage.engine();
    await stage.publish();
    await stage.received(DEVICES / 4);
    const [push] = await stage.pushes();
    await cancelPush(stage.services.store, push.id, 'the test');
    const sent = await silence();
    const [ended] = await finished(1);
    expect(ended).toMatchObject({ ended: 'cancelled', met: DEVICES, accepted: sent, cancelled: DEVICES - sent });
    await stage.promiseKept({ running: true });
  });

  it('lets a push leave that would have waited ten minutes for quiet', async () => {
    await stage.engine({ settings: { coalesce: { quietMs: 600_000, maxWaitMs: 600_000 } } });
    await stage.publish();
    await until(async () => (await stage.knex<ChangeRow>(TABLES.changes).whereNull('rev')).length === 0, {
      within: 10_000,
      what: 'The number of the change',
    });
    await hurryLane(stage.services.store, view(), 'now', 'the test');
    await until(async () => (await stage.pushes()).length === 1, { what: 'The push' });
    await stage.done(1);
    expect(await stage.promiseKept()).toEqual({ repeated: 0 });
  });

  it('ends a push that outlived its time while everything was down, and announces its changes with the next', async () => {
    const settings = { delivery: { ttlMs: 4_000, leaseMs: 2_000, shardSize: 200 } };
    const engine = await stage.engine({ settings });
    await stage.publish();
    await stage.received(DEVICES / 8);
    await engine.kill();
    const hands = await inHand(stage.knex);
    const [push] = await stage.pushes();
    await until(() => stage.services.store.now() > push.expires_at, { within: 10_000, what: 'The end of its time' });
    await stage.engine();
    const next = await stage.done(1);
    const [expired] = await stage.pushes();
    expect(expired).toMatchObject({ ended: 'expired', announced_at: null, met: DEVICES });
    expect(expired.expired).toBeGreaterThan(0);
    expect(next).toMatchObject({ since: expired.since, accepted: DEVICES });
    await stage.promiseKept({ inHand: hands });
  });

  it('announces what a lane was told over a weekend on which it was paused, with one push', async () => {
    const engine = await stage.engine();
    await stage.publish();
    await stage.received(DEVICES / 4);
    await pause();
    await silence();
    await stage.publish(50);
    await engine.kill();
    laterMs = WEEKEND_MS;
    const monday = await stage.engine({ clockOffsetMs: WEEKEND_MS });
    const [expired] = await finished(1);
    expect(expired).toMatchObject({ ended: 'expired', met: DEVICES });
    expect(await lane()).toMatchObject({ announced: expired.since });
    await resume();
    const push = await stage.done(1);
    expect(push).toMatchObject({ since: expired.since, accepted: DEVICES });
    expect(await stage.knex<PushRow>(TABLES.pushes)).toHaveLength(2);
    expect(monday.log()).not.toMatch(/error/);
    await stage.promiseKept();
    laterMs = 0;
  });
});
