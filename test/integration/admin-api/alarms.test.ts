import { TABLES } from '../../../server/store/tables';
import { eachDatabase } from '../databases';
import { createSetUpScene, type SetUp, type SetUpScene } from './set-up-scene';

eachDatabase((database) => {
  let scene: SetUpScene;
  beforeAll(async () => {
    scene = await createSetUpScene(database);
  });
  afterAll(() => scene.close());
  let setUp: SetUp;
  beforeEach(async () => {
    await scene.clear();
    setUp = await scene.boot({});
  });

  describe('an alarm', () => {
    it('is listed once, since it was first raised, with what was said last', async () => {
      const { alarms } = setUp;
      await alarms.raise('lane-paused:1', 'lane-paused', { cause: 'fatal', code: 'BadTopic' }, 1);
      const [first] = await alarms.list();
      await alarms.raise('lane-paused:1', 'lane-paused', { cause: 'fatal', code: 'Forbidden' }, 1);
      expect(await alarms.list()).toEqual([{ ...first, params: { cause: 'fatal', code: 'Forbidden' } }]);
      expect(scene.log.filter((line) => line.includes('lane-paused:1'))).toHaveLength(1);
    });

    it('ends when it is cleared, and clearing it again does nothing', async () => {
      const { alarms } = setUp;
      await alarms.raise('a', 'fingerprint', {});
      await alarms.clear('a');
      await alarms.clear('a');
      expect(await alarms.list()).toEqual([]);
    });

    it('is seen by other instances, unless it is kept in memory', async () => {
      const other = await setUp.boot({});
      await setUp.alarms.raise('a', 'trigger-broken', { name: 'news', problem: 'app-missing' });
      setUp.alarms.raiseInMemory('b', 'tables-missing', { message: 'no' });
      expect((await other.alarms.list()).map(({ key }) => key)).toEqual(['a']);
      expect((await setUp.alarms.list()).map(({ key }) => key).sort()).toEqual(['a', 'b']);
    });

    it('is raised by itself while the tables cannot be read', async () => {
      const { alarms } = setUp;
      alarms.raiseInMemory('b', 'tables-missing', { message: 'no' });
      await scene.knex.schema.renameTable(TABLES.alarms, 'elsewhere');
      const unreadable = (await alarms.list()).find(({ key }) => key === 'alarms-unreadable');
      expect(unreadable?.params).toEqual({ message: expect.stringMatching(/ \(select background_push_alarms\)$/) });
      expect((await alarms.list()).map(({ key }) => key).sort()).toEqual(['alarms-unreadable', 'b']);
      await scene.knex.schema.renameTable('elsewhere', TABLES.alarms);
      expect((await alarms.list()).map(({ key }) => key)).toEqual(['b']);
    });
  });
});
