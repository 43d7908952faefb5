import type { DeviceDetail, DiagnosisCode, TestResult } from '../../../server/admin-api/contract';
import { TABLES, type DeviceRow, type LaneRow } from '../../../server/store/tables';
import { eachDatabase } from '../databases';
import { BUNDLE_ID, startScene, type Scene } from '../scene';
import type { AdminSession } from '../admin-session';

const NEVER_MS = 31 * 86_400_000;

eachDatabase((database) => {
  let scene: Scene;
  let admin: AdminSession;
  beforeAll(async () => {
    scene = await startScene({ database });
    admin = await scene.booted.admin();
  });
  afterAll(() => scene.stop());
  beforeEach(() => scene.reset());

  const knex = () => scene.services.store.knex;
  const rowOf = async (token: string) =>
    (await knex()<DeviceRow>(TABLES.devices).where({ token }).first()) as DeviceRow;
  const look = async (token: string) =>
    (await admin.call<{ data: DeviceDetail }>('GET', `/background-push/devices/${(await rowOf(token)).public_id}`))
      .data;
  const codeOf = async (token: string): Promise<DiagnosisCode> => (await look(token)).diagnosis.code;
  const head = async () => (await look((await scene.addDevices(1))[0])).head;
  /** What the device says that it holds. */
  const holds = async (token: string, rev: number) => {
    const { epoch } = scene.services.registry.app(BUNDLE_ID)!;
    await knex()<DeviceRow>(TABLES.devices).where({ token }).update({ applied_epoch: epoch, applied_rev: rev });
  };

  describe('the page of a device', () => {
    it('tells what was pushed since it registered, and its part in it', async () => {
      const [token] = await scene.addDevices(1);
      expect(await codeOf(token)).toBe('nothing-pushed');
      await scene.publish();
      await scene.finished(1);
      const device = await look(token);
      expect(device).toMatchObject({ accepted: true, refusals: 0, diagnosis: { code: 'says-nothing' } });
      expect(device.pushes).toMatchObject([{ rev: device.head, meant: true, part: 'accepted', status: null }]);
      expect(JSON.stringify(device)).not.toContain(token);
    });

    it('tells who is behind, who holds what was pushed and who holds the newest', async () => {
      const before = await head();
      const [behind, newest] = await scene.addDevices(2);
      await scene.publish();
      await scene.finished(1);
      await holds(behind, before);
      await holds(newest, await head());
      const { diagnosis } = await look(behind);
      expect(diagnosis).toEqual({ code: 'behind', params: { rev: before, head: before + 1 } });
      expect(await codeOf(newest)).toBe('holds-newest');
      await knex()(TABLES.apps)
        .where({ bundle_id: BUNDLE_ID })
        .update({ head: before + 2 });
      expect(await codeOf(newest)).toBe('holds-what-was-pushed');
      await knex()(TABLES.apps)
        .where({ bundle_id: BUNDLE_ID })
        .update({ head: before + 1 });
    });

    it('tells that APNs refuses its token, or knows it in the other environment only', async () => {
      const [never] = await scene.addDevices(1);
      const [once] = await scene.addDevices(1, { accepted: 1 });
      await scene.addDevices(20);
      for (const token of [never, once]) {
        scene.simulators.production.behave({ token, reason: 'BadDeviceToken' });
      }
      await scene.publish();
      await scene.finished(1);
      const device = await look(never);
      expect(device.diagnosis).toEqual({ code: 'wrong-environment', params: { reason: 'BadDeviceToken' } });
      expect(device.pushes).toMatchObject([{ part: 'refused', status: 400, reason: 'BadDeviceToken' }]);
      expect(await codeOf(once)).toBe('token-refused');
    });

    it.each<[DiagnosisCode, Partial<DeviceRow>]>([
      ['called-gone', { gone_at: 5, accepted: 1 }],
      ['background-refresh-denied', { background_refresh: 'denied' }],
      ['background-refresh-restricted', { background_refresh: 'restricted' }],
      ['not-seen', { seen_at: 1 }],
    ])('tells that it is %s', async (code, fields) => {
      const [token] = await scene.addDevices(1, fields);
      expect(await codeOf(token)).toBe(code);
    });

    it('tells that the last push was not meant for it', async () => {
      const [token] = await scene.addDevices(1);
      await scene.publish();
      await scene.finished(1);
      await knex()(TABLES.pushes).update({ audience: JSON.stringify({ locales: ['de'] }) });
      await knex()<DeviceRow>(TABLES.devices).where({ token }).update({ locale: 'en' });
      expect((await look(token)).pushes).toMatchObject([{ meant: false, part: 'not-met' }]);
      expect(await codeOf(token)).toBe('not-in-audience');
    });

    it('tells what its lane waits for', async () => {
      const [token] = await scene.addDevices(1);
      const { id } = await scene.lane();
      await scene.services.control.pause(id, 'somebody');
      expect(await codeOf(token)).toBe('lane-paused');
      await scene.services.control.resume(id, 'somebody');
      const { probation } = (await knex()<LaneRow>(TABLES.lanes).where({ id }).first()) as LaneRow;
      const refused = { code: 'BadTopic', status: 400, since: 1, probes: 0, refused: 0, askedAt: null, overAt: null };
      const nextAt = scene.services.store.now() + NEVER_MS;
      await knex()<LaneRow>(TABLES.lanes)
        .where({ id })
        .update({ probation: JSON.stringify({ ...refused, nextAt }) });
      await scene.services.registry.reload();
      expect((await look(token)).diagnosis).toEqual({ code: 'lane-refused', params: { code: 'BadTopic', at: nextAt } });
      await knex()<LaneRow>(TABLES.lanes).where({ id }).update({ probation });
      await scene.services.registry.reload();
    });

    it('is 404 once the device is gone', async () => {
      const [token] = await scene.addDevices(1);
      const path = `/background-push/devices/${(await rowOf(token)).public_id}`;
      await admin.call('DELETE', path);
      await expect(admin.call('GET', path)).rejects.toThrow('404');
    });
  });

  it('names a test push as the delivery log of Apple does, in the sandbox only', async () => {
    const test = async (token: string) =>
      (
        await admin.call<{ data: TestResult }>(
          'POST',
          `/background-push/devices/${(await rowOf(token)).public_id}/test`,
          {},
        )
      ).data;
    const [production] = await scene.addDevices(1);
    const [sandbox] = await scene.addDevices(1, {}, 'sandbox');
    expect(await test(production)).toMatchObject({ outcome: 'accepted', uniqueId: null });
    const { apnsId, uniqueId } = await test(sandbox);
    const [logged] = scene.simulators.sandbox.log.filter(({ token }) => token === sandbox);
    expect([apnsId, uniqueId]).toEqual([logged.apnsId, logged.uniqueId]);
    expect(uniqueId).toMatch(/^[0-9a-f-]{36}$/);
  });
});
