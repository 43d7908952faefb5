import type { PushDetail } from '../../server/admin-api/contract';
import { TABLES, type DeviceRow } from '../../server/store/tables';
import { eachDatabase } from './databases';
import { startSimulator } from '../simulator';
import {
  BUNDLE_ID,
  credential,
  expectEachReachedOnce,
  expectInvariant,
  KEY_ID,
  publicKey,
  startScene,
  TEAM_ID,
  wrongCredential,
  type Scene,
} from './scene';
import { until } from '../until';

const BY = 'Ada Lovelace';

eachDatabase((database) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene({ database });
  });
  afterAll(() => scene.stop());
  afterEach(() => scene.reset());

  const devices = () => scene.services.store.knex<DeviceRow>(TABLES.devices);
  const production = () => scene.simulators.production;

  it('wakes each device once when an editor publishes, and says what changed', async () => {
    const tokens = await scene.addDevices(1_234);
    const documentId = await scene.publish();
    const push = await scene.finished(1);
    expectEachReachedOnce(production(), tokens, push);
    const { epoch } = scene.services.registry.apps()[0];
    expect(production().log[0]).toMatchObject({
      topic: BUNDLE_ID,
      body: {
        aps: { 'content-available': 1 },
        content: {
          v: 1,
          epoch,
          since: push.since,
          rev: push.rev,
          changes: [['api::article.article', documentId, 'en', 'publish']],
        },
      },
    });
    expect(await scene.lane()).toMatchObject({ announced: push.rev, handled: push.rev, push_id: null });
  });

  it('refuses by itself a token that no app can have registered, and goes on past it', async () => {
    const tokens = await scene.addDevices(150, { accepted: 1 });
    await scene.addDevices(1, { token: 'written by hand' });
    tokens.push(...(await scene.addDevices(150, { accepted: 1 })));
    await scene.publish();
    const push = await scene.finished(1);
    expectInvariant(push);
    expect(push.counters).toMatchObject({ met: 301, accepted: 300, rejected: 1 });
    expect(push.reasons).toMatchObject([{ status: 400, reason: 'BadDeviceToken', count: 1 }]);
    expect([...production().accepted().keys()].sort()).toEqual(tokens.sort());
    expect(production().log).toHaveLength(300);
  });

  it('tells both lanes, each on its own connection', async () => {
    const inProduction = await scene.addDevices(20);
    const inSandbox = await scene.addDevices(30, {}, 'sandbox');
    await scene.publish();
    expectEachReachedOnce(production(), inProduction, await scene.finished(1));
    expectEachReachedOnce(scene.simulators.sandbox, inSandbox, await scene.finished(1, 'sandbox'));
  });

  it('merges what is published in quick succession into one push', async () => {
    await scene.addDevices(10);
    await Promise.all(Array.from({ length: 5 }, (_, i) => scene.publish(`Article ${i}`)));
    const push = await scene.finished(1);
    const content = (push.payload as { content: { changes: unknown[] } }).content;
    expect(content.changes).toHaveLength(push.rev - push.since);
    expect(await scene.pushes()).toHaveLength(1);
  });

  it('deletes a device that a 410 says is gone, and keeps one that registered since', async () => {
    const now = scene.services.store.now();
    const [gone, back] = await scene.addDevices(2, { registered_at: now - 60_000, accepted: 1 });
    await devices().where({ token: back }).update({ registered_at: now });
    const tokens = await scene.addDevices(20, { accepted: 1 });
    for (const token of [gone, back]) {
      production().behave({ token, reason: 'Unregistered', timestamp: now - 30_000 });
    }
    await scene.publish();
    const push = await scene.finished(1);
    expectInvariant(push);
    expect(push.counters).toMatchObject({ met: 22, accepted: 20, rejected: 2 });
    expect(push.reasons).toMatchObject([{ status: 410, reason: 'Unregistered', count: 2 }]);
    const left = await devices().select('token');
    expect(left.map(({ token }) => token).sort()).toEqual([...tokens, back].sort());
  });

  it('tries later what may pass: a busy device, a server error, an unanswered push', async () => {
    const tokens = await scene.addDevices(300);
    production().behave({ token: tokens[150], reason: 'ServiceUnavailable', times: 1 });
    production().behave({ token: tokens[200], hang: true, times: 1 });
    await scene.publish();
    const push = await scene.finished(1);
    expectInvariant(push);
    expect(push.counters).toMatchObject({ met: 300, accepted: 300, waiting: 0 });
    const attempts = production().log.filter(({ token }) => token === tokens[200]);
    expect(attempts).toHaveLength(2);
    expect(new Set(attempts.map(({ apnsId }) => apnsId)).size).toBe(1);
  });

  it('sends to devices that APNs refused before only after all others', async () => {
    const [suspect] = await scene.addDevices(1, { refusals: 1, refused_at: 1, accepted: 1 });
    const tokens = await scene.addDevices(600, { accepted: 1 });
    await scene.publish();
    const push = await scene.finished(1);
    expectEachReachedOnce(production(), [suspect, ...tokens], push);
    expect(production().log.at(-1)?.token).toBe(suspect);
    expect(await devices().where({ token: suspect }).first()).toMatchObject({ refusals: 0, refused_at: null });
  });

  it('pauses only the lane whose key APNs refuses, and lets one push leave with all that waited once it is replaced', async () => {
    const bundleId = 'com.example.other';
    const { apps, triggers } = scene.services;
    const app = await apps.create({ bundleId, name: 'Other' }, BY);
    await apps.setCredential(app.id, 'production', wrongCredential, BY);
    const trigger = await triggers.create(
      {
        name: 'other articles',
        contentType: 'api::article.article',
        wakeOn: ['publish'],
        apps: [bundleId],
        audience: 'all',
      },
      BY,
    );
    const others = await scene.addDevices(700, {}, 'production', bundleId);
    const tokens = await scene.addDevices(5);

    await scene.publish();
    const lane = await scene.paused(true, 'production', bundleId);
    expect(JSON.parse(lane.pauses)).toMatchObject([{ cause: 'fatal', code: 'InvalidProviderToken' }]);
    // The canary, and a push for each probe.
    expect(production().log.filter(({ topic }) => topic === bundleId).length).toBeLessThanOrEqual(120);
    expect((await scene.finished(1)).counters).toMatchObject({ met: tokens.length, accepted: tokens.length });
    expect(await devices()).toHaveLength(others.length + tokens.length);

    await scene.publish();
    await scene.finished(2);
    production().clear();
    await apps.setCredential(app.id, 'production', credential, BY);
    const push = await scene.finished(2, 'production', bundleId);
    expectEachReachedOnce(production(), others, push);
    expect((push.payload as { content: { changes: unknown[] } }).content.changes).toHaveLength(2);
    await triggers.remove(trigger.id, BY);
    await apps.remove(app.id, BY);
  });

  it('pauses a lane whose every token is refused, retires nobody, and tries again with a new canary on resume', async () => {
    const tokens = await scene.addDevices(800, { accepted: 1 });
    const recover = production().behave({ reason: 'BadDeviceToken' });
    await scene.publish();
    const lane = await scene.paused(true);
    expect(JSON.parse(lane.pauses)).toMatchObject([{ cause: 'guard', code: 'guard' }]);
    expect(production().log.length).toBeLessThanOrEqual(100);
    await until(async () => (await devices().where('refusals', '>', 0)).length === 0, {
      within: 10_000,
      what: 'refusals are taken back',
    });
    production().clear();
    recover();
    await scene.services.control.resume(lane.id, 'the test');
    const push = await scene.finished(2);
    expectEachReachedOnce(production(), tokens, push);
    const [first] = await scene.pushes();
    expect(first).toMatchObject({ ended: 'superseded', guard_tripped: 1, met: 800 });
    expectInvariant((await scene.services.overview.push(first.id)) as PushDetail);
  });

  it('waits while APNs is down and goes on by itself when it is back', async () => {
    const tokens = await scene.addDevices(300);
    const { port, authority } = production();
    await production().close();
    await scene.publish();
    await until(async () => (await scene.lane()).last_error !== null, { within: 15_000, what: 'the lane says why' });
    scene.simulators.production = await startSimulator({
      port,
      authority,
      keys: [{ keyId: KEY_ID, teamId: TEAM_ID, publicKey }],
    });
    const push = await scene.finished(1);
    expectEachReachedOnce(scene.simulators.production, tokens, push);
    await until(async () => (await scene.lane()).last_error === null, { within: 5_000, what: 'the lane is well' });
  });
});
