import type { Act } from '../../server/admin-api/contract';
import {
  TABLES,
  type ChangeRow,
  type DeviceRow,
  type LaneRow,
  type PushRow,
  type RetryRow,
} from '../../server/store/tables';
import { eachDatabase } from './databases';
import { expectEachReachedOnce, expectInvariant, startScene, type Scene } from './scene';
import { until } from '../until';

const BY = 'Ada Lovelace';

/** So slow that a test can step in before a push of a few shards is through. */
const SLOWLY = { delayMs: 400 };

const actsOf = ({ services }: Scene, { id, app_id: appId }: LaneRow): Promise<Act[]> =>
  services.acts.ofLane({ id, appId });

eachDatabase((database) => {
  describe('a push under way', () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await startScene({ database });
    });
    afterAll(() => scene.stop());
    afterEach(async () => {
      await control().resume((await scene.lane()).id, BY);
      await scene.reset();
    });

    const production = () => scene.simulators.production;
    const control = () => scene.services.control;

    /** Publishes, and waits until some devices, but not all, were reached. */
    async function halfWay(): Promise<PushRow> {
      await scene.publish();
      await until(() => production().accepted().size > 150, { within: 20_000, what: 'a push half-way' });
      const push = (await scene.pushes()).at(-1);
      expect(push).toMatchObject({ state: 'running', announced_at: null });
      return push as PushRow;
    }

    /** Nothing is in flight and no shard is held. */
    async function stoodStill(): Promise<void> {
      await until(
        async () => {
          const held = await scene.services.store.knex(TABLES.shards).whereNotNull('owner');
          return held.length === 0 && production().log.every(({ status }) => status !== null);
        },
        { within: 10_000, what: 'a push that stands still' },
      );
    }

    it('stops where it is when its lane is paused, and goes on from there when it is resumed', async () => {
      const tokens = await scene.addDevices(2_500, { accepted: 1 });
      const recover = production().behave(SLOWLY);
      const { id } = await halfWay();
      const lane = await scene.lane();
      const pauses = await control().pause(lane.id, BY);
      expect(pauses).toMatchObject([{ cause: 'administrator', by: BY }]);
      await stoodStill();
      const reached = production().log.length;
      expect(reached).toBeLessThan(tokens.length);
      expect(await scene.lane()).toMatchObject({ announced: lane.announced, handled: lane.handled, push_id: id });
      await expect(control().pause(lane.id, BY)).rejects.toMatchObject({ status: 409 });

      recover();
      expect(await control().resume(lane.id, BY)).toEqual([]);
      expectEachReachedOnce(production(), tokens, await scene.finished(1));
      expect((await actsOf(scene, await scene.lane())).slice(0, 2)).toMatchObject([
        { act: 'resume', by: BY },
        { act: 'pause', by: BY },
      ]);
    });

    it('that is cancelled counts each device once and moves only what is handled', async () => {
      await scene.addDevices(2_500, { accepted: 1 });
      const recover = production().behave(SLOWLY);
      const running = await halfWay();
      const before = await scene.lane();
      await control().cancel(running.id, BY);
      await expect(control().cancel(running.id, BY)).rejects.toMatchObject({ status: 409 });
      const push = await scene.finished(1);
      recover();
      expectInvariant(push);
      expect(push).toMatchObject({ ended: 'cancelled', cancelledBy: BY });
      expect(push.counters.met).toBe(2_500);
      expect(push.counters.cancelled).toBe(2_500 - push.counters.accepted);
      expect(push.counters.cancelled).toBeGreaterThan(0);
      expect(production().accepted().size).toBe(push.counters.accepted);
      const lane = await scene.lane();
      expect(lane).toMatchObject({ announced: before.announced, handled: running.rev, push_id: null });
      expect((await actsOf(scene, lane))[0]).toMatchObject({ act: 'cancel', by: BY, params: { pushId: running.id } });
      await expect(control().cancel(running.id, BY)).rejects.toMatchObject({ status: 409 });
      await expect(control().cancel(999_999, BY)).rejects.toMatchObject({ status: 404 });

      await scene.publish();
      const next = await scene.finished(2);
      expect(next).toMatchObject({ since: running.since, ended: 'done' });
      expect((next.payload as { content: { changes: unknown[] } }).content.changes).toHaveLength(2);
    });

    it('that the guard stopped goes on without it when it is sent anyway', async () => {
      const tokens = await scene.addDevices(700, { accepted: 1 });
      const recover = production().behave({ reason: 'BadDeviceToken', share: 0.5 });
      await scene.publish();
      const lane = await scene.paused(true);
      await control().sendAnyway(lane.id, BY);
      const push = await scene.finished(1);
      recover();
      expectInvariant(push);
      expect(push).toMatchObject({ ended: 'done', guarded: false });
      expect(push.counters.met).toBe(tokens.length);
      expect(push.counters.rejected).toBeGreaterThan(200);
      expect(await scene.pushes()).toHaveLength(1);
      expect(await scene.lane()).toMatchObject({ announced: push.rev, pauses: '[]' });
      // With the guard off nobody comes closer to retirement.
      const devices = scene.services.store.knex<DeviceRow>(TABLES.devices);
      await until(async () => (await devices.clone().where('refusals', '>', 0)).length === 0, { what: 'no suspects' });
      expect(await devices.clone()).toHaveLength(tokens.length);
      expect((await actsOf(scene, await scene.lane()))[0]).toMatchObject({
        act: 'send-anyway',
        by: BY,
        params: { pushId: push.id },
      });
      await expect(control().sendAnyway(lane.id, BY)).rejects.toMatchObject({ status: 409 });

      production().clear();
      await scene.publish();
      expectEachReachedOnce(production(), tokens, await scene.finished(2));
    });

    it('whose retries the guard stopped goes on with them when its lane is resumed: all its devices were met', async () => {
      const { knex } = scene.services.store;
      const healthy = await scene.addDevices(100, { accepted: 1 });
      const suspects = await scene.addDevices(40, { accepted: 1, refusals: 1, refused_at: 1 });
      for (const token of suspects) production().behave({ token, reason: 'BadDeviceToken', times: 1 });
      // They wait for a minute, so they are there when the guard has stopped the push.
      const busy = healthy.slice(0, 10);
      for (const token of busy) production().behave({ token, reason: 'TooManyRequests', times: 1 });
      await scene.publish();
      const lane = await scene.paused(true);
      await stoodStill();
      await until(async () => (await scene.pushes())[0].announced_at !== null, { what: 'the announcement' });
      const [push] = await scene.pushes();
      expect(push).toMatchObject({ state: 'running', guard_tripped: 1 });
      const waiting = await knex<RetryRow>(TABLES.retries).where({ push_id: push.id });
      expect(waiting).toHaveLength(busy.length);
      expect(await control().resume(lane.id, BY)).toEqual([]);
      await knex(TABLES.retries).where({ push_id: push.id }).update({ due_at: 0 });
      await knex(TABLES.shards).where({ push_id: push.id }).update({ due_at: 0 });
      const ended = await scene.finished(1);
      expectInvariant(ended);
      expect(ended).toMatchObject({
        ended: 'done',
        counters: { accepted: healthy.length, rejected: suspects.length },
      });
      expect((await scene.lane()).pauses).toBe('[]');
      // Refusals of a push whose guard tripped bring nobody closer to retirement.
      expect(await knex<DeviceRow>(TABLES.devices).where('refusals', '>', 1)).toEqual([]);
    });

    it('is taken over by everything anew when the log is started anew', async () => {
      const tokens = await scene.addDevices(1_200, { accepted: 1 });
      const recover = production().behave(SLOWLY);
      await halfWay();
      const [app] = scene.services.registry.apps();
      await control().startLogAnew(app.id, app.epoch, BY);
      recover();
      const first = await scene.finished(1);
      expect(first.ended).toBe('superseded');
      expectInvariant(first);
      const anew = await scene.finished(2);
      expect(anew.counters).toMatchObject({ met: tokens.length, accepted: tokens.length });
      const { epoch } = scene.services.registry.apps()[0];
      expect(epoch).not.toBe(app.epoch);
      expect(anew.payload).toMatchObject({ content: { epoch, since: anew.since, refresh: 'all' } });
      expect(anew.since).toBeGreaterThanOrEqual(first.rev);
      const page = await scene.services.feed.read({ app: app.bundleId, epoch: app.epoch, since: first.since });
      expect(page).toMatchObject({ kind: 'page', meta: { reset: true } });
      expect((await actsOf(scene, await scene.lane('sandbox')))[0]).toMatchObject({ act: 'start-anew', by: BY });
    });
  });

  describe('what waits', () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await startScene({
        database,
        config: { coalesce: { quietMs: 600_000, maxWaitMs: 600_000, pushesPerHour: { production: 1, sandbox: 0 } } },
      });
    });
    afterAll(() => scene.stop());
    afterEach(() => scene.reset());

    const control = () => scene.services.control;
    const departure = async () => (await scene.services.overview.read()).apps[0].lanes[0].departure;
    const sequenced = async () => {
      const waiting = () => scene.services.store.knex<ChangeRow>(TABLES.changes).whereNull('rev');
      await until(async () => (await waiting()).length === 0, { what: 'numbered changes' });
    };

    it('leaves now without the quiet but within the budget, and forced without either', async () => {
      const tokens = await scene.addDevices(30, { accepted: 1 });
      const { id } = await scene.lane();
      await scene.publish();
      await sequenced();
      expect((await departure()).kind).toBe('quiet');
      expect(await scene.pushes()).toEqual([]);
      await control().sendNow(id, BY);
      const first = await scene.finished(1);
      expectEachReachedOnce(scene.simulators.production, tokens, first);
      expect(first).toMatchObject({ hurry: 'now', askedBy: BY });
      expect((await scene.lane()).hurry).toBeNull();

      scene.simulators.production.clear();
      await scene.publish();
      await sequenced();
      const { kind, at } = await control().sendNow(id, BY);
      expect({ kind, at }).toEqual({ kind: 'budget', at: Number(first.firstAcceptedAt) + 3_600_000 });
      expect((await scene.lane()).hurry).toBe('now');
      expect(await scene.pushes()).toHaveLength(1);

      await control().force(id, BY);
      const second = await scene.finished(2);
      expectEachReachedOnce(scene.simulators.production, tokens, second);
      expect(second).toMatchObject({ hurry: 'force', askedBy: BY, since: first.rev });
      expect((await actsOf(scene, await scene.lane())).map(({ act }) => act)).toEqual(
        expect.arrayContaining(['force', 'send-now', 'send-now']),
      );
    });

    it('may be nothing, and that is said', async () => {
      const { id } = await scene.lane();
      await expect(control().sendNow(id, BY)).rejects.toMatchObject({
        status: 409,
        message: expect.stringContaining('Nothing waits') as string,
      });
      await expect(control().force(id, BY)).rejects.toMatchObject({ status: 409 });
      await expect(control().sendAnyway(id, BY)).rejects.toMatchObject({ status: 409 });
    });

    it('stays where its lane is paused, disabled or not set up, and the answer says which', async () => {
      const { apps } = scene.services;
      const { id: laneId } = await scene.lane('sandbox');
      await control().pause(laneId, BY);
      await expect(control().sendNow(laneId, BY)).rejects.toMatchObject({
        status: 409,
        message: expect.stringContaining('administrator') as string,
      });
      await control().resume(laneId, BY);
      const other = await apps.create({ bundleId: 'com.example.hurry', name: 'Hurry' }, BY);
      const lane = other.lanes[0].id;
      await expect(control().sendNow(lane, BY)).rejects.toMatchObject({
        status: 409,
        message: expect.stringContaining('not set up') as string,
      });
      await apps.update(other.id, { enabled: false }, BY);
      await expect(control().force(lane, BY)).rejects.toMatchObject({
        status: 409,
        message: expect.stringContaining('disabled') as string,
      });
      await apps.remove(other.id, BY);
      await expect(control().sendNow(lane, BY)).rejects.toMatchObject({ status: 404 });
    });

    it('tells also what was cancelled before, when somebody sends it now', async () => {
      const tokens = await scene.addDevices(600, { accepted: 1 });
      const recover = scene.simulators.production.behave({ delayMs: 1_000 });
      const { id, announced } = await scene.lane();
      await scene.publish();
      await sequenced();
      await control().force(id, BY);
      const push = await until(async () => (await scene.pushes())[0], { what: 'a push' });
      await control().cancel(push.id, BY);
      await scene.finished(1);
      recover();
      scene.simulators.production.clear();
      expect((await departure()).kind).toBe('none');
      await control().force(id, BY);
      const next = await scene.finished(2);
      expectEachReachedOnce(scene.simulators.production, tokens, next);
      expect(next).toMatchObject({ since: announced, rev: push.rev });
    });
  });
});
