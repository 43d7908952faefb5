import { UserError } from '../../../server/user-error';
import { eachDatabase } from '../databases';
import { createSetUpScene, type SetUp, type SetUpScene } from './set-up-scene';

const BY = 'Ada Lovelace';

const BUNDLE = 'com.example.news';
const SPORT = 'com.example.sport';
const ARTICLE = 'api::article.article';

const TRIGGER = {
  name: 'articles',
  contentType: ARTICLE,
  wakeOn: ['publish' as const],
  apps: [BUNDLE],
  audience: 'all' as const,
};
const APPS = [{ bundleId: BUNDLE }, { bundleId: SPORT }];

eachDatabase((database) => {
  let scene: SetUpScene;
  beforeAll(async () => {
    scene = await createSetUpScene(database);
  });
  afterAll(() => scene.close());
  let setUp: SetUp;
  let news: number;
  beforeEach(async () => {
    await scene.clear();
    setUp = await scene.boot({ apps: APPS });
    news = setUp.registry.app(BUNDLE)!.id;
  });

  const refresh = (appId: number) => ({ app_id: appId, action: 'refresh', wakes: 0, audience: 'all', rev: null });

  async function refusal(work: Promise<unknown>): Promise<UserError> {
    const error = await work.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UserError);
    return error as UserError;
  }

  it('is refused for people’s accounts, which the Content Manager shows too', async () => {
    const users = { ...TRIGGER, contentType: 'plugin::users-permissions.user' };
    const error = await refusal(setUp.triggers.create(users, BY));
    expect(error).toMatchObject({ status: 400, field: 'contentType' });
    expect(error.message).toContain('accounts');
    expect(setUp.triggers.contentTypes().map(({ uid }) => uid)).not.toContain(users.contentType);
  });

  describe('a trigger in the configuration', () => {
    const config = { apps: APPS, triggers: [TRIGGER] };

    it('is heard after boot and read-only in the panel', async () => {
      const { triggers, registry } = await scene.boot(config);
      const [trigger, ...others] = await triggers.list();
      expect(others).toEqual([]);
      expect(trigger).toMatchObject({ ...TRIGGER, enabled: true, pinned: true, source: 'config', problem: null });
      expect(registry.listeners(ARTICLE)).toMatchObject([{ appId: news, audience: 'all' }]);
      for (const error of [
        await refusal(triggers.update(trigger.id, { enabled: false }, BY)),
        await refusal(triggers.remove(trigger.id, BY)),
      ]) {
        expect(error.status).toBe(409);
      }
    });

    it('is disabled when it is gone from it, and its apps look for themselves once', async () => {
      await scene.boot(config);
      const { triggers, registry } = await scene.boot({ apps: APPS });
      expect(await triggers.list()).toMatchObject([{ enabled: false, pinned: false }]);
      expect(registry.listeners(ARTICLE)).toEqual([]);
      expect(await scene.changes()).toEqual([refresh(news)]);
      await scene.boot({ apps: APPS });
      expect(await scene.changes()).toHaveLength(1);
    });

    it('logs nothing when the same configuration boots again', async () => {
      await scene.boot(config);
      await scene.boot(config);
      expect(await scene.changes()).toEqual([]);
    });
  });

  describe('a trigger in the panel', () => {
    it('is in force at once', async () => {
      const { triggers, registry } = setUp;
      const { id } = await triggers.create(TRIGGER, BY);
      expect(registry.listeners(ARTICLE)).toHaveLength(1);
      await triggers.update(id, { wakeOn: [], audience: 'locale' }, BY);
      expect(registry.listeners(ARTICLE)).toMatchObject([{ audience: 'locale', wakeOn: new Set() }]);
      await triggers.remove(id, BY);
      expect(registry.listeners(ARTICLE)).toEqual([]);
    });

    it.each<[string, object, number]>([
      ['is removed', {}, 1],
      ['is disabled', { enabled: false }, 1],
      ['changes its content type', { contentType: 'api::page.page' }, 1],
      ['drops the app', { apps: [SPORT] }, 1],
      ['gets another app too', { apps: [BUNDLE, SPORT] }, 0],
      ['wakes on less', { wakeOn: [] }, 0],
      ['gets another name', { name: 'stories' }, 0],
    ])('logs a refresh that wakes nobody for the apps it stops telling: when it %s', async (_, changes, expected) => {
      const { triggers } = setUp;
      const { id } = await triggers.create(TRIGGER, BY);
      if (Object.keys(changes).length === 0) await triggers.remove(id, BY);
      else await triggers.update(id, changes, BY);
      expect(await scene.changes()).toEqual(Array.from({ length: expected }, () => refresh(news)));
    });

    it.each<[string, object]>([
      ['name', { name: '' }],
      ['contentType', { contentType: 'admin::user' }],
      ['apps', { apps: [] }],
      ['apps', { apps: ['com.example.unknown'] }],
    ])('that is wrong names its field: %s', async (field, change) => {
      const error = await refusal(setUp.triggers.create({ ...TRIGGER, ...change }, BY));
      expect(error).toMatchObject({ status: 400, field });
    });

    it('is refused under a name that is taken', async () => {
      await setUp.triggers.create(TRIGGER, BY);
      const error = await refusal(setUp.triggers.create({ ...TRIGGER, name: 'Articles' }, BY));
      expect(error).toMatchObject({ status: 409, field: 'name' });
    });

    it('that has gone bad raises an alarm, never stops boot, and may be switched off', async () => {
      const { id } = await setUp.triggers.create(TRIGGER, BY);
      scene.contentTypes = [];
      const { triggers, alarms } = await scene.boot({ apps: APPS });
      expect(await triggers.list()).toMatchObject([{ problem: `There is no content type ${ARTICLE}.` }]);
      expect(await alarms.list()).toMatchObject([
        { code: 'trigger-broken', params: { name: 'articles', problem: 'content-type-missing', contentType: ARTICLE } },
      ]);
      await triggers.update(id, { enabled: false }, BY);
      expect(await alarms.list()).toEqual([]);
    });

    it('says so when its app is removed, until the app is back', async () => {
      const { triggers, apps, alarms } = setUp;
      const { id } = await apps.create({ bundleId: 'com.example.extra', name: 'Extra' }, BY);
      await triggers.create({ ...TRIGGER, apps: ['com.example.extra'] }, BY);
      await apps.remove(id, BY);
      expect(await alarms.list()).toMatchObject([
        { params: { problem: 'app-missing', bundleId: 'com.example.extra' } },
      ]);
      await apps.create({ bundleId: 'com.example.extra', name: 'Extra' }, BY);
      expect(await alarms.list()).toEqual([]);
    });
  });
});
