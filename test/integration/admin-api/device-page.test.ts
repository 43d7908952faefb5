import {
  DIAGNOSIS_PARAMS,
  type App,
  type DeviceDetail,
  type Diagnosis,
  type DiagnosisCode,
  type TestResult,
} from '../../../server/admin-api/contract';
import { TABLES, type DeviceRow, type LaneRow } from '../../../server/store/tables';
import { until } from '../../until';
import { createDatabase, eachDatabase, type TestDatabase } from '../databases';
import { BUNDLE_ID, credential, pluginConfig, startScene, type Scene } from '../scene';
import { servicesOf } from '../services-of';
import { bootStrapi, type BootedStrapi } from '../strapi';
import type { AdminSession } from '../admin-session';

const NEVER_MS = 31 * 86_400_000;
/** Longer than any test waits. */
const QUIET_MS = 600_000;

async function rowOf({ strapi }: BootedStrapi, token: string): Promise<DeviceRow> {
  const { knex } = servicesOf(strapi).store;
  return (await knex<DeviceRow>(TABLES.devices).where({ token }).first()) as DeviceRow;
}

async function lookAt(booted: BootedStrapi, token: string): Promise<DeviceDetail> {
  const admin = await booted.admin();
  const { public_id: id } = await rowOf(booted, token);
  return (await admin.call<{ data: DeviceDetail }>('GET', `/background-push/devices/${id}`)).data;
}

eachDatabase((database) => {
  /** What some device of these tests was found to be. */
  const found = new Set<DiagnosisCode>();
  function expectDiagnosis({ diagnosis }: DeviceDetail, expected: Diagnosis | DiagnosisCode): void {
    expect(typeof expected === 'string' ? diagnosis.code : diagnosis).toEqual(expected);
    found.add(diagnosis.code);
  }

  describe('the page of a device of a lane that sends', () => {
    let scene: Scene;
    let admin: AdminSession;
    beforeAll(async () => {
      scene = await startScene({ database });
      admin = await scene.booted.admin();
    });
    afterAll(() => scene.stop());
    beforeEach(() => scene.reset());

    const knex = () => scene.services.store.knex;
    const look = (token: string) => lookAt(scene.booted, token);
    const expectCode = async (token: string, expected: Diagnosis | DiagnosisCode) =>
      expectDiagnosis(await look(token), expected);
    const head = async () => (await look((await scene.addDevices(1))[0])).head;
    /** What the device says that it holds. */
    const holds = async (token: string, rev: number) => {
      const { epoch } = scene.services.registry.app(BUNDLE_ID)!;
      await knex()<DeviceRow>(TABLES.devices).where({ token }).update({ applied_epoch: epoch, applied_rev: rev });
    };

    it('tells what was pushed since it registered, and its part in it', async () => {
      const [token] = await scene.addDevices(1);
      await expectCode(token, 'nothing-pushed');
      await scene.publish();
      await scene.finished(1);
      const device = await look(token);
      expect(device).toMatchObject({ accepted: true, refusals: 0 });
      expectDiagnosis(device, 'says-nothing');
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
      await expectCode(behind, { code: 'behind', params: { rev: before, head: before + 1 } });
      await expectCode(newest, 'holds-newest');
      await knex()(TABLES.apps)
        .where({ bundle_id: BUNDLE_ID })
        .update({ head: before + 2 });
      await expectCode(newest, 'holds-what-was-pushed');
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
      expectDiagnosis(device, { code: 'wrong-environment', params: { reason: 'BadDeviceToken' } });
      expect(device.pushes).toMatchObject([{ part: 'refused', status: 400, reason: 'BadDeviceToken' }]);
      await expectCode(once, 'token-refused');
    });

    it.each<[DiagnosisCode, Partial<DeviceRow>]>([
      ['called-gone', { gone_at: 5, accepted: 1 }],
      ['background-refresh-denied', { background_refresh: 'denied' }],
      ['background-refresh-restricted', { background_refresh: 'restricted' }],
      ['not-seen', { seen_at: 1 }],
    ])('tells that it is %s', async (code, fields) => {
      const [token] = await scene.addDevices(1, fields);
      await expectCode(token, code);
    });

    it('tells that the last push was not meant for it', async () => {
      const [token] = await scene.addDevices(1);
      await scene.publish();
      await scene.finished(1);
      await knex()(TABLES.pushes).update({ audience: JSON.stringify({ locales: ['de'] }) });
      await knex()<DeviceRow>(TABLES.devices).where({ token }).update({ locale: 'en' });
      expect((await look(token)).pushes).toMatchObject([{ meant: false, part: 'not-met' }]);
      await expectCode(token, 'not-in-audience');
    });

    it('tells what its lane waits for', async () => {
      const [token] = await scene.addDevices(1);
      const { id } = await scene.lane();
      await scene.services.control.pause(id, 'somebody');
      await expectCode(token, 'lane-paused');
      await scene.services.control.resume(id, 'somebody');
      const { probation } = (await knex()<LaneRow>(TABLES.lanes).where({ id }).first()) as LaneRow;
      const refused = { code: 'BadTopic', status: 400, since: 1, probes: 0, refused: 0, askedAt: null, overAt: null };
      const nextAt = scene.services.store.now() + NEVER_MS;
      await knex()<LaneRow>(TABLES.lanes)
        .where({ id })
        .update({ probation: JSON.stringify({ ...refused, nextAt }) });
      await scene.services.registry.reload();
      await expectCode(token, { code: 'lane-refused', params: { code: 'BadTopic', at: nextAt } });
      await knex()<LaneRow>(TABLES.lanes).where({ id }).update({ probation });
      await scene.services.registry.reload();
    });

    it('tells that its app was disabled, or lost its key', async () => {
      const at = '/background-push/apps';
      const { data: app } = await admin.call<{ data: App }>('POST', at, {
        bundleId: 'com.example.brief',
        name: 'Brief',
      });
      const key = `${at}/${app.id}/lanes/production/credential`;
      await admin.call('PUT', key, credential);
      const [token] = await scene.addDevices(1, {}, 'production', app.bundleId);
      await expectCode(token, 'nothing-pushed');
      await admin.call('DELETE', key);
      await expectCode(token, { code: 'lane-not-set-up', params: {} });
      await admin.call('PUT', `${at}/${app.id}`, { enabled: false });
      await expectCode(token, { code: 'app-disabled', params: {} });
      await admin.call('DELETE', `${at}/${app.id}`);
    });

    it('is 404 once the device is gone', async () => {
      const [token] = await scene.addDevices(1);
      const path = `/background-push/devices/${(await rowOf(scene.booted, token)).public_id}`;
      await admin.call('DELETE', path);
      await expect(admin.call('GET', path)).rejects.toThrow('404');
    });

    it('names a test push as the delivery log of Apple does, in the sandbox only', async () => {
      const test = async (token: string) =>
        (
          await admin.call<{ data: TestResult }>(
            'POST',
            `/background-push/devices/${(await rowOf(scene.booted, token)).public_id}/test`,
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

  describe('the page of a device of a lane with a long quiet and a push an hour', () => {
    let own: TestDatabase;
    let scene: Scene;
    let woken: string;
    let config: Record<string, unknown>;
    beforeAll(async () => {
      own = await createDatabase(database);
      const coalesce = { quietMs: QUIET_MS, maxWaitMs: QUIET_MS, pushesPerHour: { production: 1, sandbox: 0 } };
      scene = await startScene({ database: own, config: { coalesce } });
      config = pluginConfig(scene.simulators);
    });
    afterAll(async () => {
      await scene.stop();
      await own.drop();
    });

    /** Starts Strapi again on the same database, with other settings. */
    async function again(delivery: object, work: (booted: BootedStrapi) => Promise<void>): Promise<void> {
      await scene.booted.stop();
      const booted = await bootStrapi({ database: own, config: { ...config, delivery }, listen: false });
      await work(booted).finally(() => booted.stop());
    }

    it('tells what is to come, and that APNs never took a push to it', async () => {
      const admin = await scene.booted.admin();
      const tokens = await scene.addDevices(2);
      const [, busy] = tokens;
      [woken] = tokens;
      const look = (token: string) => lookAt(scene.booted, token);
      const become = async (code: DiagnosisCode) =>
        until(
          async () => {
            const device = await look(woken);
            return device.diagnosis.code === code && device;
          },
          { within: 20_000, what: `a device that is ${code}` },
        );
      await scene.publish();
      const waits = await become('push-waits');
      expectDiagnosis(waits, { code: 'push-waits', params: { at: expect.any(Number) as number } });
      scene.simulators.production.behave({ token: busy, reason: 'ServiceUnavailable' });
      const { id } = await scene.lane();
      await admin.call('POST', `/background-push/lanes/${id}/send-now`, {});
      const underWay = await become('push-under-way');
      const [push] = await scene.pushes();
      expectDiagnosis(underWay, { code: 'push-under-way', params: { pushId: push.id } });
      await until(() => scene.simulators.production.accepted().has(woken), { what: 'the first answer' });
      await admin.call('POST', `/background-push/pushes/${push.id}/cancel`, {});
      await scene.finished(1);
      expectDiagnosis(await look(busy), { code: 'never-accepted', params: {} });
      const { first_accepted_at: from } = (await scene.pushes())[0];
      await scene.publish();
      const at = Number(from) + 3_600_000;
      expectDiagnosis(await become('budget-spent'), { code: 'budget-spent', params: { at } });
    });

    it('tells that the database is a copy that nobody confirmed', () =>
      again({ instance: 'a copy' }, async (booted) =>
        expectDiagnosis(await lookAt(booted, woken), { code: 'instance-unconfirmed', params: {} }),
      ));

    it('tells that sending is switched off', () =>
      again({ enabled: false }, async (booted) =>
        expectDiagnosis(await lookAt(booted, woken), { code: 'sending-off', params: {} }),
      ));
  });

  it('leaves out no diagnosis that there is', () => {
    expect([...found].sort()).toEqual(Object.keys(DIAGNOSIS_PARAMS).sort());
  });
});
