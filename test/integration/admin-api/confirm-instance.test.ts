import { servicesOf } from '../services-of';
import type { Knex } from 'knex';
import { NOWHERE } from '../../../server/store/database-place';
import { fingerprintOf } from '../../../server/store/fingerprint';
import { writeSetting } from '../../../server/store/settings';
import { TABLES, type AlarmRow, type ChangeRow, type LaneRow, type SettingRow } from '../../../server/store/tables';
import { bumpVersion } from '../../../server/store/version';
import { createDatabase, eachDatabase, type TestDatabase } from '../databases';
import { openDatabase } from '../open-database';
import { until } from '../../until';
import { PINNED, startAdminScene, type AdminScene } from './admin-scene';

const ORIGINAL = { delivery: { instance: 'the original' } };
const COPY = { delivery: { instance: 'the copy' } };

eachDatabase((client) => {
  let database: TestDatabase;
  let knex: Knex;
  beforeAll(async () => {
    database = await createDatabase(client);
    knex = openDatabase(database);
    await as(ORIGINAL, () => Promise.resolve());
    await belongToNobody();
  });
  afterAll(async () => {
    await knex.destroy();
    await database.drop();
  });
  afterEach(belongToNobody);

  /** The next boot finds a database that is nobody's. */
  async function belongToNobody(): Promise<void> {
    await knex<SettingRow>(TABLES.settings).where({ key: 'fingerprint' }).update({ value: null });
    await knex<LaneRow>(TABLES.lanes).update({ pauses: '[]' });
    await knex(TABLES.alarms).delete();
  }

  /** Runs on the database what one installation does with it, from boot to stop. */
  async function as(config: Record<string, unknown>, work: (scene: AdminScene) => Promise<void>): Promise<void> {
    const scene = await startAdminScene({ database, config });
    try {
      await work(scene);
    } finally {
      await scene.stop();
    }
  }

  /** What a start and a stop of this installation leave behind on a database that holds the plugin's tables. */
  const belongTo = ({ delivery: { instance } }: typeof ORIGINAL) =>
    writeSetting(knex, 'fingerprint', fingerprintOf({ instance, url: '', client: '', place: NOWHERE, appKey: '' }));

  const roomsOf = ({ booted }: AdminScene) => servicesOf(booted.strapi);
  const confirm = (scene: AdminScene) => scene.call('POST', '/instance/confirm', {});

  async function state(scene: AdminScene) {
    const { store, registry, overview } = roomsOf(scene);
    const lanes = await store.knex<LaneRow>(TABLES.lanes).orderBy('id');
    return {
      confirmed: (await overview.read()).instance.confirmed,
      epoch: registry.app(PINNED)!.epoch,
      refreshes: await store.knex<ChangeRow>(TABLES.changes).where({ action: 'refresh' }).select('id').orderBy('id'),
      held: lanes.filter(({ pauses }) => pauses.includes('fingerprint')).map(({ id }) => id),
      alarms: await store.knex<AlarmRow>(TABLES.alarms).where({ code: 'fingerprint' }).select('key'),
    };
  }

  describe('confirming the instance', () => {
    it('does nothing where it is confirmed, so that a double click does not make the fleet fetch everything', async () => {
      await as(ORIGINAL, async (scene) => {
        const before = await state(scene);
        const { status, body } = await confirm(scene);
        expect(status).toBe(409);
        expect(body.error?.message).toContain('confirmed already');
        expect(await state(scene)).toEqual(before);
      });
    });

    it('happens once when two administrators do it at once', async () => {
      await belongTo(ORIGINAL);
      await as(COPY, async (scene) => {
        const before = await state(scene);
        expect(before.confirmed).toBe(false);
        expect(before.held).toHaveLength(2);
        const answers = await Promise.all([confirm(scene), confirm(scene)]);
        expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
        const after = await state(scene);
        expect(after).toMatchObject({ confirmed: true, held: [], alarms: [] });
        expect(after.epoch).not.toBe(before.epoch);
        expect(after.refreshes).toHaveLength(before.refreshes.length + 1);
      });
    });

    it('lets lanes of a removed app go on too, should the app come back', async () => {
      const app = { bundleId: 'com.example.brief', name: 'Brief' };
      await as(ORIGINAL, async (scene) => {
        await scene.call('POST', '/apps', app);
      });
      await as(COPY, async (scene) => {
        const { id } = roomsOf(scene).registry.app(app.bundleId)!;
        await scene.call('DELETE', `/apps/${id}`);
        expect((await confirm(scene)).status).toBe(200);
        await scene.call('POST', '/apps', app);
        expect(await state(scene)).toMatchObject({ confirmed: true, held: [] });
      });
    });

    it('starts no log anew where another installation was only started on the database, and has left', async () => {
      await belongTo(ORIGINAL);
      await as(COPY, () => Promise.resolve());
      await as(ORIGINAL, async (scene) => {
        const before = await state(scene);
        expect(before.confirmed).toBe(false);
        expect((await confirm(scene)).status).toBe(200);
        expect(await state(scene)).toEqual({ ...before, confirmed: true, held: [], alarms: [] });
        expect((await confirm(scene)).status).toBe(409);
      });
    });

    it('is noticed by a process that sends', async () => {
      await belongTo(ORIGINAL);
      await as(COPY, async (scene) => {
        const { store, engine, overview } = roomsOf(scene);
        engine.start();
        await until(() => engine.code === 'running', { what: 'the engine' });
        const confirmed = async () => (await overview.read()).instance.confirmed;
        expect(await confirmed()).toBe(false);
        // What another process of this installation does.
        await belongTo(COPY);
        await store.knex<LaneRow>(TABLES.lanes).update({ pauses: '[]' });
        await bumpVersion(store.knex);
        await until(confirmed, { what: 'the other process’s confirmation' });
      });
    });
  });
});
