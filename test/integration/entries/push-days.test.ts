import { createPushDays } from '../../../server/pipeline/overview';
import { TABLES } from '../../../server/store/tables';
import { eachDatabase } from '../databases';
import { pushRow, startScene, type Scene } from '../scene';

const DAY_MS = 86_400_000;

eachDatabase((database) => {
  describe('the days of the overview', () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await startScene({ database });
    });
    afterAll(() => scene.stop());
    afterEach(() => scene.reset());

    it('count pushes and whom they reached, those under way too, and nothing older than 14 days', async () => {
      const { store } = scene.services;
      const { id: laneId } = await scene.lane();
      const today = Math.floor(store.now() / DAY_MS) * DAY_MS;
      const ended = { state: 'finished' as const, ended: 'done' as const };
      const add = (at: number, fields = {}) =>
        store.knex(TABLES.pushes).insert(pushRow(laneId, at, { ...ended, ...fields }));
      await add(today - 14 * DAY_MS, { accepted: 1_000 });
      await add(today - 13 * DAY_MS, { accepted: 5 });
      await add(today - 1, { accepted: 7 });
      await add(today, { accepted: 11 });
      // A version that this engine leaves alone.
      await add(today + 1, { state: 'running', ended: null, v: 99 });
      const { id } = (await store.knex(TABLES.pushes).orderBy('id', 'desc').first('id')) as { id: number };
      await store
        .knex(TABLES.shards)
        .insert({ push_id: id, seq: 0, lo: 0, hi: 9, cursor: 0, state: 'open', reasons: '{}', accepted: 3 });
      const read = createPushDays({ store });
      const days = await read();
      expect(days.map(({ at }) => at)).toEqual(Array.from({ length: 14 }, (_, n) => today - (13 - n) * DAY_MS));
      expect(days.map(({ pushes, reached }) => [pushes, reached])).toEqual([
        [1, 5],
        ...Array.from({ length: 11 }, () => [0, 0]),
        [1, 7],
        [2, 14],
      ]);
      await add(today, { accepted: 100 });
      expect(await read()).toBe(days);
      await store.knex(TABLES.pushes).where({ v: 99 }).update({ state: 'finished', v: 1 });
    });
  });
});
