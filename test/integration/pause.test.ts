import type { Knex } from 'knex';
import type { LaneView } from '../../server/apps/registry';
import { parsePauses } from '../../server/apps/pauses';
import { resumeLane } from '../../server/pipeline/control/lane-acts';
import { pauseForPush } from '../../server/apps/pause-lane';
import { migrate } from '../../server/store/migrate';
import { createStore, type Store } from '../../server/store/store';
import { TABLES, type LaneRow, type PushRow } from '../../server/store/tables';
import { createDatabase, eachDatabase, type TestDatabase } from './databases';
import { openDatabase } from './open-database';
import { BUNDLE_ID, pushRow } from './scene';

const GUARD = { cause: 'guard', code: 'guard', params: { refused: 100, answered: 100 } } as const;

eachDatabase((client) => {
  let database: TestDatabase;
  let knex: Knex;
  let store: Store;
  let lane: LaneView;
  let push: Pick<PushRow, 'id' | 'lane_id'>;

  beforeAll(async () => {
    database = await createDatabase(client, { empty: true });
    knex = openDatabase(database);
    await migrate({ knex, client, schemaName: null });
    store = createStore({ knex, client });
    const times = { created_at: store.now(), updated_at: store.now() };
    const app = { bundle_id: BUNDLE_ID, name: 'News', custom_keys: '{}', source: 'panel', enabled: 1, epoch: 'e' };
    await knex(TABLES.apps).insert({ ...app, ...times });
    const { id: appId } = (await knex(TABLES.apps).first('id')) as { id: number };
    const row = { app_id: appId, environment: 'production', credential_source: 'panel', pauses: '[]' };
    await knex(TABLES.lanes).insert({ ...row, ...times });
    const { id } = (await knex(TABLES.lanes).first('id')) as { id: number };
    lane = { id, bundleId: BUNDLE_ID, environment: 'production' } as LaneView;
  });
  afterAll(async () => {
    await knex.destroy();
    await database.drop();
  });
  beforeEach(async () => {
    await knex(TABLES.pushes).delete();
    await knex<LaneRow>(TABLES.lanes).update({ pauses: '[]' });
    await knex(TABLES.pushes).insert(pushRow(lane.id, store.now()));
    push = (await knex<PushRow>(TABLES.pushes).first('id', 'lane_id')) as typeof push;
  });

  const causes = async () => {
    const { pauses } = (await knex<LaneRow>(TABLES.lanes).first('pauses')) as LaneRow;
    return parsePauses(pauses).map(({ cause }) => cause);
  };

  it('pauses the lane of a push that runs, once, however many of its shards find the fault', async () => {
    expect(await Promise.all([pauseForPush(store, push, GUARD), pauseForPush(store, push, GUARD)])).toEqual([
      true,
      true,
    ]);
    expect(await causes()).toEqual(['guard']);
  });

  it('does not pause a lane again for the push that resuming it has ended', async () => {
    await pauseForPush(store, push, GUARD);
    await resumeLane(store, lane, 'the test');
    expect(await knex<PushRow>(TABLES.pushes).first('closing')).toEqual({ closing: 'superseded' });
    expect(await pauseForPush(store, push, GUARD)).toBe(false);
    expect(await causes()).toEqual([]);
  });
});
