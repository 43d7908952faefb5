import type { Act, Device, TestAnswer } from '../../../server/admin-api/contract';
import { purgeRemovedApps, purgeTestAnswers, type Purge } from '../../../server/retention/retention';
import { TABLES, type AppRow, type DeviceRow } from '../../../server/store/tables';
import type { AdminSession } from '../admin-session';
import { eachDatabase } from '../databases';
import { BUNDLE_ID, startScene, type Scene } from '../scene';

/** @returns how many rows it deleted */
async function drain(purge: Purge): Promise<number> {
  let deleted = 0;
  for await (const some of purge) deleted += some;
  return deleted;
}

eachDatabase((database) => {
  let scene: Scene;
  let admin: AdminSession;
  let laneId: number;
  let sandboxId: number;
  beforeAll(async () => {
    scene = await startScene({ database });
    admin = await scene.booted.admin();
    laneId = (await scene.lane()).id;
    sandboxId = (await scene.lane('sandbox')).id;
  });
  afterAll(() => scene.stop());
  beforeEach(() => scene.reset());

  const knex = () => scene.services.store.knex;
  const call = async <T>(method: string, path: string, body?: unknown) =>
    (await admin.call<{ data: T }>(method, `/background-push${path}`, body)).data;
  const publicIdOf = async (token: string) =>
    ((await knex()<DeviceRow>(TABLES.devices).where({ token }).first('public_id')) as DeviceRow).public_id;
  const mark = async (token: string, name: string | null) =>
    call('PUT', `/devices/${await publicIdOf(token)}/test-device`, { name });
  const sendToAll = (id = laneId) => call<TestAnswer[]>('POST', `/lanes/${id}/test`);
  const answers = (id = laneId) => call<TestAnswer[]>('GET', `/lanes/${id}/test-answers`);
  const marked = (query = '') => call<Device[]>('GET', `/devices?test=true${query}`);
  const rowsLeft = async () => [(await knex()(TABLES.testDevices)).length, (await knex()(TABLES.testAnswers)).length];

  describe('test devices', () => {
    it('are marked, named anew, listed and unmarked, and who did it is kept', async () => {
      const [token, other] = await scene.addDevices(3);
      await mark(token, ' Ada’s iPhone ');
      await mark(other, 'Second');
      await mark(token, 'First');
      expect((await marked()).map(({ testName }) => testName)).toEqual(['Second', 'First']);
      expect(await marked(`&lane=${laneId}&search=${token.slice(-6)}`)).toMatchObject([{ testName: 'First' }]);
      expect(await marked(`&lane=${sandboxId}`)).toEqual([]);
      expect(await call('GET', `/devices/${await publicIdOf(token)}`)).toMatchObject({ testName: 'First' });
      await mark(token, null);
      expect(await marked()).toMatchObject([{ testName: 'Second' }]);
      const acts = await call<Act[]>('GET', '/acts?pageSize=4');
      expect(acts.map(({ act, params }) => [act, params.name])).toEqual([
        ['unmark-test-device', 'First'],
        ['mark-test-device', 'First'],
        ['mark-test-device', 'Second'],
        ['mark-test-device', 'Ada’s iPhone'],
      ]);
      expect(acts[0].params.tokenTail).toBe(token.slice(-6));
    });

    it.each([['a line\nend'], ['turned \u202E'], ['x'.repeat(101)], ['   '], [7]])(
      'are not called %j',
      async (name) => {
        const [token] = await scene.addDevices(1);
        await expect(mark(token, name as string)).rejects.toThrow(/→ 400: .*"path":\["name"\]/);
        expect(await marked()).toEqual([]);
      },
    );

    it('all get a test push, and the log says what APNs answered each', async () => {
      const [taken, refused, unmarked] = await scene.addDevices(3);
      await mark(taken, 'Taken');
      await mark(refused, 'Refused');
      scene.simulators.production.behave({ token: refused, reason: 'BadDeviceToken' });
      const sent = await sendToAll();
      expect(sent).toMatchObject([
        { name: 'Refused', outcome: 'rejected', status: 400, reason: 'BadDeviceToken', uniqueId: null },
        { name: 'Taken', outcome: 'accepted', status: 200, reason: null, tokenTail: taken.slice(-6) },
      ]);
      const log = await answers();
      expect(log).toEqual(sent);
      expect(log.every(({ answeredAt, sentAt }) => (answeredAt ?? 0) >= sentAt)).toBe(true);
      expect(JSON.stringify(log)).not.toContain(taken);
      expect(scene.simulators.production.accepted()).toEqual(new Map([[taken, 1]]));
      await call('POST', `/devices/${await publicIdOf(unmarked)}/test`);
      expect(await answers()).toMatchObject([{ name: null, tokenTail: unmarked.slice(-6) }, {}, {}]);
    });

    it('of the sandbox are answered with the id of Apple’s delivery log', async () => {
      const [token] = await scene.addDevices(1, {}, 'sandbox');
      await mark(token, 'Desk');
      const [{ uniqueId }] = await sendToAll(sandboxId);
      expect(uniqueId).toMatch(/^[0-9a-f-]{36}$/i);
      expect(await answers(sandboxId)).toMatchObject([{ uniqueId }]);
    });

    it('are tested twenty at once and not one more', async () => {
      await expect(sendToAll()).rejects.toThrow(/→ 409: .*no test device/);
      const tokens = await scene.addDevices(21);
      for (const token of tokens) await mark(token, 'One of many');
      await expect(sendToAll()).rejects.toThrow(/→ 409: .*more than 20 test devices/);
      expect(scene.simulators.production.accepted().size).toBe(0);
      await mark(tokens[0], null);
      expect(await sendToAll()).toHaveLength(20);
      expect(scene.simulators.production.accepted().size).toBe(20);
    });

    it('leave nothing behind when they are erased, deleted or their app is removed', async () => {
      for (const remove of [
        async (id: string) => void (await call('POST', '/devices/erase', { ids: [id] })),
        async (id: string) => void (await call('DELETE', `/devices/${id}`)),
        async () => {
          const app = () => knex()<AppRow>(TABLES.apps).where({ bundle_id: BUNDLE_ID });
          await app().update({ removed_at: 1 });
          expect(await drain(purgeRemovedApps(scene.services.store))).toBe(1);
          await app().update({ removed_at: null });
        },
      ]) {
        const [token] = await scene.addDevices(1);
        await mark(token, 'Soon gone');
        await sendToAll();
        expect(await rowsLeft()).toEqual([1, 1]);
        await remove(await publicIdOf(token));
        expect(await rowsLeft()).toEqual([0, 0]);
      }
    });

    it('have their answers kept for a while, and the newest hundred of a lane', async () => {
      const [token] = await scene.addDevices(1);
      await mark(token, 'Busy');
      const [{ id, sentAt }] = await sendToAll();
      const [row] = await knex()(TABLES.testAnswers).select('*');
      for (let n = 0; n < 100; n += 1) {
        await knex()(TABLES.testAnswers).insert({ ...row, id: id + 1 + n, apns_id: `planted-${n}` });
      }
      if (database === 'postgres') {
        await knex().raw(`select setval(pg_get_serial_sequence('${TABLES.testAnswers}', 'id'), ${id + 100})`);
      }
      await sendToAll();
      const kept = await answers();
      expect(kept).toHaveLength(100);
      expect(kept.map((answer) => answer.id)).not.toContain(id);
      expect((await rowsLeft())[1]).toBe(100);
      await knex()(TABLES.testAnswers)
        .where({ id: kept[0].id })
        .update({ at: sentAt + 1_000_000 });
      expect(await drain(purgeTestAnswers(scene.services.store, sentAt + 1_000_000))).toBe(99);
      expect(await answers()).toMatchObject([{ id: kept[0].id }]);
    });
  });
});
