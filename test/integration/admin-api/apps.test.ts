import { createPublicKey, type KeyObject } from 'node:crypto';
import { TABLES, type AppRow, type LaneRow, type PushRow } from '../../../server/store/tables';
import { UserError } from '../../../server/user-error';
import { createP8 } from '../../unit/config/keys';
import { eachDatabase } from '../databases';
import { pushRow } from '../scene';
import { createSetUpScene, type SetUpScene } from './set-up-scene';

const BY = 'Ada Lovelace';

const BUNDLE = 'com.example.news';
const KEY_ID = 'ABC123DEFG';
const TEAM_ID = 'DEF123GHIJ';

eachDatabase((database) => {
  let scene: SetUpScene;
  beforeAll(async () => {
    scene = await createSetUpScene(database);
  });
  afterAll(() => scene.close());
  beforeEach(() => scene.clear());

  const credential = (keyId = KEY_ID) => ({ keyId, teamId: TEAM_ID, key: createP8() });
  const newsApp = (production: object | null = null) => ({ apps: [{ bundleId: BUNDLE, name: 'News', production }] });
  const publicPart = (key: KeyObject | null) => key && createPublicKey(key).export({ type: 'spki', format: 'pem' });

  async function appRow(): Promise<AppRow> {
    return (await scene.knex<AppRow>(TABLES.apps).first())!;
  }

  async function laneRow(environment = 'production'): Promise<LaneRow> {
    return (await scene.knex<LaneRow>(TABLES.lanes).where('environment', environment).first())!;
  }

  async function pause(...causes: string[]): Promise<void> {
    const pauses = causes.map((cause) => ({ cause, code: cause, params: {}, at: 1 }));
    await scene.knex<LaneRow>(TABLES.lanes).update({ pauses: JSON.stringify(pauses) });
  }

  /** @returns the id of a push of the production lane that is under way */
  async function runningPush(): Promise<number> {
    const lane = await laneRow();
    await scene.knex(TABLES.pushes).insert(pushRow(lane.id, scene.store.now(), { hi: 1 }));
    return ((await scene.knex<PushRow>(TABLES.pushes).orderBy('id', 'desc').first('id')) as PushRow).id;
  }

  const closingOf = async (id: number) => (await scene.knex<PushRow>(TABLES.pushes).where({ id }).first())!.closing;

  const causes = (lane: LaneRow) => (JSON.parse(lane.pauses) as { cause: string }[]).map(({ cause }) => cause);

  async function refusal(work: Promise<unknown>): Promise<UserError> {
    const error = await work.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UserError);
    return error as UserError;
  }

  describe('apps in the configuration', () => {
    it('are there after boot with both lanes, and the pinned one is set up', async () => {
      const { apps, registry } = await scene.boot(newsApp(credential()));
      expect(await apps.list()).toMatchObject([
        {
          bundleId: BUNDLE,
          source: 'config',
          pinned: true,
          enabled: true,
          lanes: [
            {
              environment: 'production',
              credential: { keyId: KEY_ID, teamId: TEAM_ID, source: 'config', pinned: true },
            },
            { environment: 'sandbox', credential: null },
          ],
        },
      ]);
      expect(registry.lane(BUNDLE, 'production')?.credentialSource).toBe('config');
    });

    it('stay as they are when the same configuration boots again', async () => {
      const config = newsApp(credential());
      await scene.boot(config);
      const before = [await appRow(), { ...(await laneRow()), beat: 0 }];
      await scene.boot(config);
      expect([{ ...(await appRow()) }, { ...(await laneRow()), beat: 0 }]).toEqual(before);
    });

    it('are disabled and lose their credential when they are gone from it, and come back with their log', async () => {
      const config = newsApp(credential());
      await scene.boot(config);
      const { epoch } = await appRow();
      const { apps } = await scene.boot({});
      expect(await apps.list()).toMatchObject([{ enabled: false, pinned: false, lanes: [{ credential: null }, {}] }]);
      expect(scene.log).toContainEqual(expect.stringContaining(`${BUNDLE} is no longer in the configuration`));
      const again = await scene.boot(config);
      expect(await again.apps.list()).toMatchObject([{ enabled: true, epoch, lanes: [{ credential: {} }, {}] }]);
    });

    it('belong to the panel once an administrator changed one that configuration gave up', async () => {
      await scene.boot(newsApp());
      const { apps, boot } = await scene.boot({});
      const [{ id }] = await apps.list();
      await apps.update(id, { enabled: true }, BY);
      const again = await boot({});
      expect(await again.apps.list()).toMatchObject([{ enabled: true, source: 'panel' }]);
    });

    it('take over the app that the panel had added', async () => {
      const { apps, boot } = await scene.boot({});
      const { id } = await apps.create({ bundleId: BUNDLE, name: 'Old' }, BY);
      const again = await boot(newsApp(credential()));
      expect(await again.apps.list()).toMatchObject([{ id, name: 'News', source: 'config', pinned: true }]);
    });

    it('are read-only in the panel, and so are their pinned lanes', async () => {
      const { apps } = await scene.boot(newsApp(credential()));
      const [{ id }] = await apps.list();
      const tries = [
        apps.update(id, { name: 'Other' }, BY),
        apps.remove(id, BY),
        apps.setCredential(id, 'production', credential(), BY),
        apps.clearCredential(id, 'production', 'admin:1'),
      ];
      for (const error of await Promise.all(tries.map(refusal))) {
        expect(error.status).toBe(409);
        expect(error.message).toContain('configuration');
      }
      await expect(apps.setCredential(id, 'sandbox', credential(), BY)).resolves.toBeDefined();
    });
  });

  describe('a replaced credential', () => {
    it('in the configuration clears what the old one was at fault for, and nothing else', async () => {
      await scene.boot(newsApp(credential()));
      await pause('administrator', 'fatal', 'guard', 'fingerprint');
      const push = await runningPush();
      await scene.boot(newsApp(credential()));
      const lane = await laneRow();
      expect(causes(lane)).toEqual(['administrator', 'fingerprint']);
      expect(await closingOf(push)).toBe('superseded');
    });

    it('in the panel does the same', async () => {
      const { apps } = await scene.boot(newsApp());
      const [{ id }] = await apps.list();
      await apps.setCredential(id, 'production', credential(), BY);
      await pause('fatal');
      const push = await runningPush();
      await apps.setCredential(id, 'production', credential('ZZZ123DEFG'), BY);
      expect(causes(await laneRow())).toEqual([]);
      expect(await closingOf(push)).toBe('superseded');
    });

    it('that is the same as before clears nothing', async () => {
      const { apps } = await scene.boot(newsApp());
      const [{ id }] = await apps.list();
      const same = credential();
      await apps.setCredential(id, 'production', same, BY);
      await pause('fatal');
      const push = await runningPush();
      await apps.setCredential(id, 'production', same, BY);
      expect(causes(await laneRow())).toEqual(['fatal']);
      expect(await closingOf(push)).toBeNull();
    });
  });

  describe('a credential from the panel', () => {
    it('is stored encrypted, never returned, and signs as it was entered', async () => {
      const { apps, registry } = await scene.boot(newsApp());
      const [{ id }] = await apps.list();
      const entered = credential();
      const answer = await apps.setCredential(id, 'production', entered, BY);
      const body = entered.key.split('\n')[1];
      expect(JSON.stringify([answer, await apps.list(), registry.apps()])).not.toContain(body);
      const lane = await laneRow();
      expect(JSON.stringify(lane)).not.toContain(body);
      const { parseKey } = await import('../../../server/apns/credential');
      expect(publicPart(await apps.keyOf(lane.id))).toBe(publicPart(parseKey(entered.key)));
    });

    it('is refused by the name of the setting where Strapi has no encryption key, and nothing is stored', async () => {
      const { apps } = await scene.boot(newsApp());
      const [{ id }] = await apps.list();
      scene.encryption.secret = null;
      const { status, message } = await refusal(apps.setCredential(id, 'production', credential(), BY));
      expect(status).toBe(409);
      expect(message).toContain('admin.secrets.encryptionKey');
      expect(message).toContain('ENCRYPTION_KEY');
      expect(await laneRow()).toMatchObject({ credential: null, credential_source: null });
    });

    it.each([
      ['keyId', { keyId: 'short' }],
      ['teamId', { teamId: 'short' }],
      ['key', { key: 'file:/etc/passwd' }],
      ['key', { key: '' }],
    ])('that is wrong names its field: %s', async (field, change) => {
      const { apps } = await scene.boot(newsApp());
      const [{ id }] = await apps.list();
      const error = await refusal(apps.setCredential(id, 'production', { ...credential(), ...change }, BY));
      expect(error).toMatchObject({ status: 400, field });
    });

    it('that cannot be read any more raises an alarm, not an error, until a readable one is saved', async () => {
      const { apps, boot } = await scene.boot(newsApp());
      const [{ id }] = await apps.list();
      await apps.setCredential(id, 'production', credential(), BY);
      scene.encryption.secret = null;
      const again = await boot(newsApp());
      const { id: laneId } = await laneRow();
      expect(await again.apps.keyOf(laneId)).toBeNull();
      expect(await again.alarms.list()).toMatchObject([{ code: 'credential-unreadable', laneId }]);
      expect(await again.apps.list()).toMatchObject([{ lanes: [{ credential: { readable: false } }, {}] }]);
      scene.encryption.secret = Buffer.alloc(32, 7);
      expect(await again.apps.keyOf(laneId)).toBeNull();
      await again.apps.setCredential(id, 'production', credential(), BY);
      expect(await again.alarms.list()).toEqual([]);
      expect(await again.apps.keyOf(laneId)).not.toBeNull();
    });

    it('starts a lane that never had one at the head of the log; the next leaves its marks alone', async () => {
      const { apps } = await scene.boot(newsApp());
      const [{ id }] = await apps.list();
      await scene.knex(TABLES.apps).update({ head: 7 });
      await apps.setCredential(id, 'production', credential(), BY);
      expect(await laneRow()).toMatchObject({ announced: 7, handled: 7 });
      await scene.knex(TABLES.apps).update({ head: 9 });
      await apps.clearCredential(id, 'production', 'admin:3');
      expect(JSON.parse((await laneRow()).pauses)).toMatchObject([{ cause: 'no-credential', by: 'admin:3' }]);
      await apps.setCredential(id, 'production', credential(), BY);
      expect(await laneRow()).toMatchObject({ announced: 7, handled: 7, pauses: '[]' });
      expect(await laneRow('sandbox')).toMatchObject({ announced: 0, handled: 0 });
    });

    it('is not handed out under the key id of another that this instance still remembers', async () => {
      const first = await scene.boot(newsApp());
      const second = await first.boot(newsApp());
      const [{ id }] = await first.apps.list();
      await first.apps.setCredential(id, 'production', credential(), BY);
      await second.registry.refresh();
      await first.apps.setCredential(id, 'production', credential('ZZZ123DEFG'), BY);
      const { id: laneId } = await laneRow();
      expect(await second.apps.keyOf(laneId)).toBeNull();
      await second.registry.refresh();
      expect(await second.apps.keyOf(laneId)).not.toBeNull();
      expect(await second.alarms.list()).toEqual([]);
    });
  });

  describe('an app in the panel', () => {
    it('is refused twice, whatever its case', async () => {
      const { apps } = await scene.boot({});
      await apps.create({ bundleId: BUNDLE, name: 'News' }, BY);
      expect(await refusal(apps.create({ bundleId: 'com.example.NEWS', name: 'News' }, BY))).toMatchObject({
        status: 409,
        field: 'bundleId',
      });
    });

    it.each([
      ['bundleId', { bundleId: 'no bundle id' }],
      ['name', { name: ' ' }],
      ['customKeys', { customKeys: { aps: {} } }],
    ])('that is wrong names its field: %s', async (field, change) => {
      const { apps } = await scene.boot({});
      const error = await refusal(apps.create({ bundleId: BUNDLE, name: 'News', ...change }, BY));
      expect(error).toMatchObject({ status: 400, field });
    });

    it('that is removed and added again keeps its row, starts its log anew and wakes everybody', async () => {
      const { apps, registry } = await scene.boot({});
      const added = await apps.create({ bundleId: BUNDLE, name: 'News' }, BY);
      await apps.setCredential(added.id, 'production', credential(), BY);
      await scene.knex(TABLES.apps).update({ head: 12 });
      await pause('fatal', 'fingerprint');
      const push = await runningPush();
      await apps.remove(added.id, BY);
      expect(await apps.list()).toEqual([]);
      expect(registry.app(BUNDLE)).toBeUndefined();
      expect(await closingOf(push)).toBe('cancelled');
      expect(await laneRow()).toMatchObject({ credential: null, key_id: null });
      const again = await apps.create({ bundleId: BUNDLE, name: 'News again' }, BY);
      expect(again).toMatchObject({ id: added.id, head: 12, name: 'News again', lanes: [{ credential: null }, {}] });
      expect(again.epoch).not.toBe(added.epoch);
      expect(await appRow()).toMatchObject({ floor: 12, removed_at: null });
      const lane = await laneRow();
      expect(lane).toMatchObject({ announced: 12, handled: 12 });
      expect(causes(lane)).toEqual(['fingerprint']);
      expect(await scene.changes()).toEqual([
        { app_id: added.id, action: 'refresh', wakes: 1, audience: 'all', rev: null },
      ]);
    });

    it('waits like the others when it is added while the instance is unconfirmed', async () => {
      const { apps } = await scene.boot(newsApp());
      await pause('fingerprint');
      const { lanes } = await apps.create({ bundleId: 'com.example.sport', name: 'Sport' }, BY);
      const added = await scene.knex<LaneRow>(TABLES.lanes).whereIn(
        'id',
        lanes.map(({ id }) => id),
      );
      expect(added.map(causes)).toEqual([['fingerprint'], ['fingerprint']]);
    });

    it('is not found by another id', async () => {
      const { apps } = await scene.boot({});
      expect(await refusal(apps.update(7, { name: 'x' }, BY))).toMatchObject({ status: 404 });
      expect(await refusal(apps.remove(7, BY))).toMatchObject({ status: 404 });
    });
  });
});
