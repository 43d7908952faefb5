import { TABLES, type AlarmRow, type DeviceRow } from '../../server/store/tables';
import { until } from '../until';
import { DEVICES, onDatabases } from './size';
import { openStage, type Stage } from './stage';

/** Too many to be believed, too few for the guard. */
const SHARE = 0.15;
const GONE = DEVICES * SHARE;

onDatabases((client) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(client);
  });
  afterAll(() => stage.close());
  afterEach(() => stage.reset());

  it.each(['after-checkpoint:3', 'before-finish:1'])(
    'holds the deletions of a wave of 410 though the engine is killed at %s',
    async (place) => {
      await stage
        .knex<DeviceRow>(TABLES.devices)
        .update({ accepted: 1, registered_at: stage.services.store.now() - 60_000 });
      stage.simulator.behave({ reason: 'Unregistered', share: SHARE });
      const victim = await stage.engine({ failpoint: `${place}=kill` });
      await stage.publish();
      expect(await victim.exited).toMatchObject({ signal: 'SIGKILL' });
      await stage.engine();
      const push = await stage.done(1);
      expect(push.rejected).toBeGreaterThanOrEqual(GONE * 0.9);
      expect(await stage.knex(TABLES.devices)).toHaveLength(DEVICES);
      const held = (await stage.knex<DeviceRow>(TABLES.devices).whereNotNull('gone_at')).length;
      expect(held).toBe(push.rejected);
      const alarms = await until(
        async () => {
          const raised = await stage.knex<AlarmRow>(TABLES.alarms).where({ code: 'deletions-held' });
          return raised.length > 0 && raised;
        },
        { what: 'The alarm' },
      );
      expect(alarms.map(({ params }) => JSON.parse(params) as object)).toMatchObject([{ held }]);
    },
  );
});
