import { parseProbation, type Probation } from '../../server/apps/probation';
import { TABLES, type LaneRow } from '../../server/store/tables';
import { until } from '../until';
import { onDatabases } from './size';
import { openStage, type Stage } from './stage';
import { inHand } from './verdict';

/** Of the canary, which is on its way when APNs first refuses. */
const FIRST_WAVE = 100;
const SENDS_PER_PROBE = 5;
const REFUSED = { reason: 'InvalidProviderToken' };

onDatabases((client) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(client, { settings: { delivery: { leaseMs: 2_000, shardSize: 200, probeAfterMs: 250 } } });
  });
  afterAll(() => stage.close());
  afterEach(() => stage.reset());

  const lane = async () => (await stage.knex<LaneRow>(TABLES.lanes).where({ id: stage.laneId }).first()) as LaneRow;
  /** Waits until the lane's probation is as it should be. */
  const probation = (isWanted: (probation: Probation) => boolean): Promise<Probation> =>
    until(
      async () => {
        const known = parseProbation((await lane()).probation);
        return known !== null && isWanted(known) && known;
      },
      { within: 60_000, what: 'The probation' },
    );
  const connections = () => new Set(stage.simulator.log.map(({ connection }) => connection)).size;

  it('keeps to the waits between the probes of a lane across a restart', async () => {
    const recover = stage.simulator.behave(REFUSED);
    const engine = await stage.engine();
    await stage.publish();
    const before = await probation(({ refused }) => refused >= 4);
    await engine.kill();
    const sent = stage.simulator.log.length;
    const stored = parseProbation((await lane()).probation) as Probation;
    await stage.engine();
    const after = await probation(({ probes }) => probes > stored.probes);
    expect(after.since).toBe(before.since);
    await stage.received(sent + 1);
    // On the same host: the simulator's clock and the store's are one.
    expect(stage.simulator.log[sent].at).toBeGreaterThanOrEqual(Number(stored.nextAt));
    expect(stage.simulator.log.length).toBeLessThanOrEqual(FIRST_WAVE + SENDS_PER_PROBE * after.probes);
    recover();
    await stage.done(1);
    expect(await stage.promiseKept()).toEqual({ repeated: 0 });
    expect(await lane()).toMatchObject({ pauses: '[]' });
  });

  it('lets one process at a time probe a lane, and all of them go on when APNs does not refuse any more', async () => {
    const recover = stage.simulator.behave(REFUSED);
    await Promise.all([stage.engine(), stage.engine()]);
    await stage.publish();
    const { probes } = await probation(({ refused }) => refused >= 5);
    const sent = stage.simulator.log.length;
    expect(sent).toBeLessThanOrEqual(FIRST_WAVE + SENDS_PER_PROBE * probes);
    // The first wave and each probe have a connection, and another one on which the sender asks again by itself.
    expect(connections()).toBeLessThanOrEqual(2 * (1 + probes));
    expect(JSON.parse((await lane()).pauses)).toMatchObject([{ cause: 'fatal', code: 'InvalidProviderToken' }]);
    recover();
    await stage.done(1);
    expect(await stage.promiseKept()).toEqual({ repeated: 0 });
    expect(await lane()).toMatchObject({ pauses: '[]' });
  });

  it('goes on probing when the process that probes is killed before the answer', async () => {
    const recover = stage.simulator.behave(REFUSED);
    const first = await stage.engine();
    await stage.publish();
    await probation(({ refused }) => refused >= 1);
    recover();
    const sent = stage.simulator.log.length;
    const answer = stage.simulator.behave({ hang: true });
    await stage.received(sent + 1);
    await first.kill();
    const hands = await inHand(stage.knex, first.owner);
    answer();
    await stage.engine();
    await stage.done(1);
    await stage.promiseKept({ inHand: hands });
    expect(await probation(({ nextAt }) => nextAt === null)).toMatchObject({ refused: 0 });
  });
});
