import { createComplaint } from '../../server/pipeline/complaint';
import { createFreshness, createReports } from '../../server/freshness';
import type { DeviceReport } from '../../server/devices';
import { TABLES, type AppliedRow, type DeviceRow, type PushRow } from '../../server/store/tables';
import { eachDatabase } from './databases';
import { expectEachReachedOnce, startScene, type Scene } from './scene';

const silent = { failed: () => undefined, recovered: () => undefined };

eachDatabase((database) => {
  describe('what devices say they hold', () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await startScene({ database });
    });
    afterAll(() => scene.stop());
    beforeEach(() => scene.reset());

    const devices = async () =>
      (await scene.services.store.knex<DeviceRow>(TABLES.devices).orderBy('id')) as DeviceRow[];
    const epoch = () => scene.services.registry.app('com.example.news')!.epoch;
    const laneOf = async () => {
      const { apps } = await scene.services.overview.read();
      return apps[0].lanes.find(({ environment }) => environment === 'production')!;
    };
    const say = (row: DeviceRow, report: DeviceReport, reports = scene.services.reports) =>
      expect(reports.add({ rowId: row.id, laneId: row.lane_id }, report)).toBe(true);
    const holds = (rev: number, wokenBy?: number): DeviceReport => ({ held: { epoch: epoch(), rev }, wokenBy });
    const freshnessOf = async (id: number) => (await scene.services.overview.push(id))!.freshness!;
    /** A push to ten devices, which all hold what was there before. */
    const pushToTen = async (fields?: Partial<DeviceRow>) => {
      const head = (await scene.lane()).announced;
      const tokens = await scene.addDevices(10, { applied_epoch: epoch(), applied_rev: head, ...fields });
      await scene.publish();
      const push = await scene.finished(1);
      expectEachReachedOnce(scene.simulators.production, tokens, push);
      return { push, rows: await devices() };
    };

    if (database === 'sqlite') {
      // Left to itself SQLite takes the index of the lane, and reads all of its devices for one in a hundred.
      it('is counted in a sample by the index of the ids', async () => {
        const { push } = await pushToTen();
        const { store } = scene.services;
        const lane = await scene.lane();
        await store.knex<PushRow>(TABLES.pushes).where({ id: push.id }).update({ report_share: 0.01 });
        const asked: { sql: string; bindings: readonly unknown[] }[] = [];
        const note = (query: (typeof asked)[number]) => asked.push(query);
        store.knex.on('query', note);
        await createFreshness({ store }).ofLane(lane.id);
        store.knex.off('query', note);
        const [counted, ...others] = asked.filter(({ sql }) => sql.includes('applied_epoch') && sql.includes('count('));
        expect(others).toEqual([]);
        const plan = (await store.knex.raw(`EXPLAIN QUERY PLAN ${counted.sql}`, [...counted.bindings] as never)) as {
          detail: string;
        }[];
        expect(plan[0].detail).toMatch(/USING INDEX \S*public_id\S* \(public_id<\?\)/);
      });
    }

    it('is asked of every device by the payload, and by none of a test push', async () => {
      const { push } = await pushToTen();
      expect(push.payload).toMatchObject({ content: { report: 1 } });
      expect(push.freshness).toEqual({ share: 1, applied: 0, woken: 0, p50Ms: null, p90Ms: null });
      const [{ public_id: id }] = await devices();
      scene.simulators.production.clear();
      await scene.services.control.sendTest(id, 'a test');
      const [entry] = scene.simulators.production.log;
      expect(entry.body).toMatchObject({ content: { v: 1 } });
      expect(entry.body).not.toMatchObject({ content: { report: expect.anything() as unknown } });
    });

    it('counts once for a push, however often and to however many processes it is said', async () => {
      const { push, rows } = await pushToTen();
      const other = createReports({ store: scene.services.store, complaint: silent });
      for (const row of rows.slice(0, 6)) say(row, holds(push.rev, push.rev));
      for (const row of rows.slice(0, 6)) say(row, holds(push.rev, push.rev), other);
      await Promise.all([scene.services.reports.flush(), other.flush()]);
      for (const row of rows.slice(4, 7)) say(row, holds(push.rev));
      await scene.services.reports.flush();

      const fresh = await freshnessOf(push.id);
      expect(fresh).toMatchObject({ share: 1, applied: 7, woken: 6 });
      expect(fresh.p50Ms).toBeGreaterThan(0);
      expect(fresh.p90Ms).toBeGreaterThanOrEqual(fresh.p50Ms!);
      const lane = await laneOf();
      expect(lane.freshness).toMatchObject({ share: 1, asked: 10, reporting: 10, fresh: 7, p50Ms: fresh.p50Ms });
      const [first] = await devices();
      expect(first).toMatchObject({ applied_rev: push.rev, woken_by: push.id });
    });

    it('is no row per device and push', async () => {
      const { push, rows } = await pushToTen();
      for (const row of rows) say(row, holds(push.rev, push.rev));
      await scene.services.reports.flush();
      const sums = (await scene.services.store.knex<AppliedRow>(TABLES.applied)) as AppliedRow[];
      expect(sums.reduce((sum, { woken, others }) => sum + woken + others, 0)).toBe(10);
      // Said within one call, in different milliseconds at most.
      expect(sums.length).toBeLessThanOrEqual(2);
      await scene.services.store.knex(TABLES.pushes).where({ id: push.id }).delete();
      expect(await scene.services.store.knex(TABLES.applied)).toEqual([]);
    });

    it('is not believed of a revision that the log never gave, nor of an installation before', async () => {
      const { push, rows } = await pushToTen();
      say(rows[0], holds(push.rev + 1_000));
      say(rows[1], holds(push.rev));
      const { knex } = scene.services.store;
      await knex(TABLES.devices)
        .where({ id: rows[1].id })
        .update({ registered_at: scene.services.store.now() + 60_000, applied_rev: null });
      await scene.services.reports.flush();
      const [ahead, anew] = await devices();
      expect(ahead.applied_rev).toBe(rows[0].applied_rev);
      expect(anew.applied_rev).toBeNull();
      expect(await freshnessOf(push.id)).toMatchObject({ applied: 0 });
    });

    it('tells devices that iOS never wakes', async () => {
      const { rows } = await pushToTen();
      say(rows[0], { backgroundRefresh: 'denied' });
      say(rows[1], { backgroundRefresh: 'denied' });
      say(rows[2], { backgroundRefresh: 'restricted' });
      say(rows[3], { backgroundRefresh: 'available' });
      await scene.services.reports.flush();
      expect((await laneOf()).freshness).toMatchObject({ denied: 2, restricted: 1 });
      say(rows[0], { backgroundRefresh: 'available' });
      await scene.services.reports.flush();
      expect((await laneOf()).freshness).toMatchObject({ denied: 1, restricted: 1 });
      // Whether it is woken says nothing of what it holds.
      expect((await devices())[0].reported_at).toBeNull();
    });

    it('puts each device into one state, the first that its page would name', async () => {
      const { push, rows } = await pushToTen();
      const { knex } = scene.services.store;
      const newest = { applied_rev: push.rev };
      const conditions: Partial<DeviceRow>[] = [
        newest,
        { ...newest, seen_at: 1 },
        { ...newest, background_refresh: 'denied', seen_at: 1 },
        { background_refresh: 'restricted' },
        { refusals: 1, background_refresh: 'denied' },
        { ...newest, gone_at: 5 },
        { seen_at: 1 },
        { applied_epoch: null, applied_rev: null, seen_at: 1 },
        { applied_epoch: null, applied_rev: null },
      ];
      for (const [n, fields] of conditions.entries())
        await knex(TABLES.devices).where({ id: rows[n].id }).update(fields);
      const { asked, fleet } = (await laneOf()).freshness;
      expect(asked).toBe(rows.length);
      expect(fleet).toEqual({ fresh: 2, behind: 1, silent: 1, unseen: 2, off: 2, refused: 2 });
    });

    it('is looked at among the sample that the last push asked', async () => {
      const { push, rows } = await pushToTen();
      const { knex } = scene.services.store;
      await knex(TABLES.pushes).where({ id: push.id }).update({ report_share: 0.5 });
      for (const [n, { id, public_id: publicId }] of rows.entries()) {
        const inSample = n < 4;
        await knex(TABLES.devices)
          .where({ id })
          .update({ public_id: `${inSample ? '7fffffff' : '80000000'}${publicId.slice(8)}` });
      }
      for (const row of rows.slice(0, 3)) say(row, holds(push.rev));
      await scene.services.reports.flush();
      expect((await laneOf()).freshness).toMatchObject({ share: 0.5, asked: 4, fresh: 3 });
    });

    it('is kept while the database is away, complained of once, and written afterwards', async () => {
      const { push, rows } = await pushToTen();
      const { store } = scene.services;
      const complaints: string[] = [];
      let away = true;
      const failing = {
        ...store,
        transaction: <T>(work: Parameters<typeof store.transaction<T>>[0]) =>
          away ? Promise.reject(new Error('the database is away')) : store.transaction(work),
      };
      const reports = createReports({
        store: failing,
        complaint: createComplaint((message) => complaints.push(message)),
        everyMs: 60_000,
      });
      say(rows[0], holds(push.rev - 1), reports);
      await reports.flush();
      say(rows[0], holds(push.rev), reports);
      say(rows[1], holds(push.rev), reports);
      await reports.flush();
      expect(await freshnessOf(push.id)).toMatchObject({ applied: 0 });
      away = false;
      await reports.stop();
      expect(await freshnessOf(push.id)).toMatchObject({ applied: 2 });
      expect(complaints).toEqual([expect.stringContaining('the database is away')]);
      expect(reports.add({ rowId: rows[2].id, laneId: rows[2].lane_id }, holds(push.rev))).toBe(false);
    });
  });

  describe('what devices of a locale say they hold', () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await startScene({
        database,
        config: {
          triggers: [
            { name: 'news', contentType: 'api::article.article', apps: ['com.example.news'], audience: 'locale' },
          ],
          feed: { cdn: true, reportShare: 0.25 },
        },
      });
    });
    afterAll(() => scene.stop());

    it('is measured by what concerns them', async () => {
      const { announced } = await scene.lane();
      const { epoch } = scene.services.registry.app('com.example.news')!;
      const held = { applied_epoch: epoch, applied_rev: announced, reported_at: scene.services.store.now() };
      const inSample = (n: number) => ({ public_id: `0000000${n}-0000-4000-8000-000000000000` });
      await scene.addDevices(1, { locale: 'en', ...held, ...inSample(1) });
      await scene.addDevices(1, { locale: 'fr', ...held, ...inSample(2) });
      await scene.publish();
      const push = await scene.finished(1);
      expect(push.audience).toEqual({ locales: ['en'], tags: [] });
      expect(push.payload).toMatchObject({ content: { report: 0.25 } });
      const { apps } = await scene.services.overview.read();
      const lane = apps[0].lanes.find(({ environment }) => environment === 'production')!;
      expect(lane.freshness).toMatchObject({ share: 0.25, asked: 2, reporting: 2, fresh: 1 });
    });
  });
});
