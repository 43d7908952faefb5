import type { Pause } from '../../server/admin-api/contract';
import { ruleOf } from '../../server/apns';
import { TABLES, type LaneRow, type ShardRow } from '../../server/store/tables';
import { until } from '../until';
import { DEVICES, onDatabases } from './size';
import { openStage, type Stage } from './stage';

const HOURS = 3_600_000;

// On SQLite the host's clock is the only one, and one engine at a time looks at it.
onDatabases(
  (client) => {
    let stage: Stage;
    beforeAll(async () => {
      stage = await openStage(client);
    });
    afterAll(() => stage.close());
    afterEach(() => stage.reset());

    const fences = () => stage.knex<ShardRow>(TABLES.shards).max('fence as highest').first();

    it.each([
      ['ahead', 2],
      ['behind', -2],
    ])('shares a push between two hosts of which one is two hours %s', async (_, hours) => {
      await Promise.all([stage.engine(), stage.engine({ hostClockOffsetMs: hours * HOURS })]);
      await stage.publish();
      const push = await stage.done(1);
      expect(await stage.promiseKept()).toEqual({ repeated: 0 });
      // Nobody took over what another held; none was left to run out.
      expect(await fences()).toEqual({ highest: 1 });
      expect(Math.abs(push.created_at - stage.services.store.now())).toBeLessThan(HOURS / 2);
    });

    it.each([
      ['ahead', 2, 'InvalidProviderToken'],
      ['behind', -2, 'clock'],
    ])('pauses the lane and names the clock when the database itself is two hours %s', async (_, hours, code) => {
      const engine = await stage.engine({ clockOffsetMs: hours * HOURS });
      await stage.publish();
      const lane = await until(
        async () => stage.knex<LaneRow>(TABLES.lanes).where({ id: stage.laneId }).whereNot({ pauses: '[]' }).first(),
        { within: 30_000, what: 'The pause' },
      );
      const [pause] = JSON.parse((lane as LaneRow).pauses) as Pause[];
      expect(pause).toMatchObject({ cause: 'fatal', code });
      const reason = code === 'clock' ? 'ExpiredProviderToken' : code;
      expect(ruleOf(403, reason).remedy).toMatch(/clock/);
      await until(() => engine.log().includes(code), { within: 5_000, what: 'The alarm in the log' });
      expect(stage.simulator.log.length).toBeLessThan(DEVICES);
      expect(stage.simulator.accepted().size).toBe(0);
    });
  },
  { where: ['postgres', 'mysql'] },
);
