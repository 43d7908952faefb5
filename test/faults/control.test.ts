import { TABLES, type LaneRow, type PushRow, type ShardRow } from '../../server/store/tables';
import { beginClosing } from '../../server/pipeline/close-pushes';
import { clearPauses, pauseLane } from '../../server/pipeline/pause-lane';
import { until } from '../integration/until';
import { DEVICES, onDatabases } from './size';
import { openStage, type Stage } from './stage';
import { inHand } from './verdict';

/** How soon an act must be felt in every process. */
const FELT_MS = 2_000;
const WEEKEND_MS = 60 * 3_600_000;

onDatabases((client) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(client, { simulator: { streams: 100, latencyMs: 20 } });
  });
  afterAll(() => stage.close());
  afterEach(() => stage.reset());

  // These act on the database as another process does: the engines hear of it from there.
  const pause = () =>
    pauseLane(stage.rooms.store, stage.laneId, { cause: 'administrator', code: 'administrator', params: {} });
  const resume = () => stage.rooms.store.transaction((trx) => clearPauses(trx, stage.laneId, ['administrator']));
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

  async function silence(): Promise<number> {
    await until(async () => (await held()).length === 0, { within: FELT_MS + 1_000, what: 'The end of sending' });
    return stage.simulator.log.length;
  }

  it('stops sending within two seconds of a pause, and goes on from its cursors when it is resumed', async () => {
    await stage.engine();
    await stage.publish();
    await stage.received(DEVICES / 4);
    await pause();
    const sent = await silence();
    expect(sent).toBeLessThan(DEVICES);
    await stage.publish();
    expect(stage.simulator.log.length).toBe(sent);
    await resume();
    await stage.done(2);
    expect(await stage.promiseKept()).toEqual({ repeated: 0 });
  });

  it('cancels a push within two seconds, and counts whom it had not met', async () => {
    await stage.engine();
    await stage.publish();
    await stage.received(DEVICES / 4);
    const [push] = await stage.pushes();
    await beginClosing(stage.knex, push.id, 'cancelled');
    const sent = await silence();
    const [ended] = await finished(1);
    expect(ended).toMatchObject({ ended: 'cancelled', met: DEVICES, accepted: sent, cancelled: DEVICES - sent });
    await stage.promiseKept({ running: true });
  });

  it('ends a push that outlived its time while everything was down, and announces its changes with the next', async () => {
    const settings = { delivery: { ttlMs: 4_000, leaseMs: 2_000, shardSize: 200 } };
    const engine = await stage.engine({ settings });
    await stage.publish();
    await stage.received(DEVICES / 8);
    await engine.kill();
    const hands = await inHand(stage.knex);
    const [push] = await stage.pushes();
    await until(() => stage.rooms.store.now() > push.expires_at, { within: 10_000, what: 'The end of its time' });
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
  });
});
