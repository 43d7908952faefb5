import type { Knex } from 'knex';
import { createDeviceCounts } from '../../server/devices/device-counts';
import { countByLane, findText, listDevices } from '../../server/devices/list-devices';
import { migrate } from '../../server/store/migrate';
import { createStore, type Store } from '../../server/store/store';
import { TABLES } from '../../server/store/tables';
import { createDatabase, eachDatabase, type TestDatabase } from './databases';
import { openDatabase } from './open-database';
import { BUNDLE_ID, deviceRow } from './scene';

/** So many that no database thinks reading them all is the quicker way. */
const DEVICES = 6_000;

const EXPLAIN = { sqlite: 'explain query plan', postgres: 'explain', mysql: 'explain' };

eachDatabase((client) => {
  let database: TestDatabase;
  let knex: Knex;
  let store: Store;
  const rows = [1, 2].flatMap((laneId) => Array.from({ length: DEVICES / 2 }, () => deviceRow(laneId, 1)));

  beforeAll(async () => {
    database = await createDatabase(client, { empty: true });
    knex = openDatabase(database);
    await migrate({ knex, client, schemaName: null });
    store = createStore({ knex, client });
    const times = { created_at: 1, updated_at: 1 };
    await knex(TABLES.apps).insert({
      id: 1,
      bundle_id: BUNDLE_ID,
      name: 'News',
      custom_keys: '{}',
      source: 'panel',
      epoch: 'e',
      ...times,
    });
    for (const [id, environment] of [
      [1, 'production'],
      [2, 'sandbox'],
    ] as const) {
      await knex(TABLES.lanes).insert({ id, app_id: 1, environment, pauses: '[]', ...times });
    }
    for (let from = 0; from < rows.length; from += 50) await knex(TABLES.devices).insert(rows.slice(from, from + 50));
    if (client !== 'mysql') await knex.raw('analyze');
    else await knex.raw(`analyze table ${TABLES.devices}`);
  });
  afterAll(async () => {
    await knex.destroy();
    await database.drop();
  });

  const list = (query: { search?: string; laneId?: number; page?: number }) =>
    listDevices(
      store,
      createDeviceCounts(() => countByLane(knex)),
      { page: 1, pageSize: 20, ...query },
    );

  describe('a search for devices', () => {
    it.each([1, 2, 3, 6])('finds those whose token ends so, by %i digits', async (digits) => {
      const end = rows[7].token.slice(-digits);
      const wanted = rows.filter((row) => row.token.endsWith(end) || row.public_id.startsWith(end));
      const { devices, total } = await list({ search: end.toUpperCase() });
      expect(total).toBe(wanted.length);
      expect(devices.map(({ id }) => id)).toEqual(
        wanted
          .reverse()
          .slice(0, 20)
          .map((row) => row.public_id),
      );
    });

    it.each([9, 36])('finds those whose id begins so, by %i characters', async (length) => {
      const { devices, total } = await list({ search: rows[8].public_id.slice(0, length) });
      expect([total, devices.map(({ id }) => id)]).toEqual([1, [rows[8].public_id]]);
    });

    it('keeps to a lane, and to its page', async () => {
      const end = rows[9].token.slice(-1);
      const wanted = rows.filter(
        (row) => row.lane_id === 2 && (row.token.endsWith(end) || row.public_id.startsWith(end)),
      );
      const { devices, total } = await list({ search: end, laneId: 2, page: 2 });
      expect(total).toBe(wanted.length);
      expect(devices.map(({ id }) => id)).toEqual(
        wanted
          .reverse()
          .slice(20, 40)
          .map((row) => row.public_id),
      );
    });

    it.each(['%', '_', 'xyz', "'", 'a'.repeat(37)])('finds nothing by “%s”', async (search) => {
      expect(await list({ search })).toEqual({ devices: [], total: 0 });
    });

    it.each([undefined, 1])('looks into indexes only (lane %s)', async (laneId) => {
      const found = findText(store, { search: rows[7].token.slice(-6), laneId })!;
      const plan = JSON.stringify(await knex.raw(`${EXPLAIN[client]} ${found.select('id').toQuery()}`));
      expect(plan).toContain('token_tail');
      expect(plan).not.toMatch(
        /SCAN background_push_devices|Seq Scan|"table":"background_push_devices","type":"(ALL|index)"/,
      );
    });
  });

  it('counts a list that nothing narrows from the shared count', async () => {
    expect((await list({})).total).toBe(DEVICES);
    expect((await list({ laneId: 1 })).total).toBe(DEVICES / 2);
    expect((await list({ page: 300 })).devices).toHaveLength(20);
  });
});
