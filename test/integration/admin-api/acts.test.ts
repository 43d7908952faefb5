import { servicesOf } from '../services-of';
import type { Act } from '../../../server/admin-api/contract';
import { type Services } from '../../../server/services';
import { actsTable } from '../../../server/store/acts-table';
import { TABLES, type AppRow, type ChangeRow, type LaneRow, type PushRow } from '../../../server/store/tables';
import { createSigningKey } from '../../simulator';
import { eachDatabase } from '../databases';
import { deviceRow, pushRow } from '../scene';
import { entered, KEY_ID, startAdminScene, TEAM_ID, type AdminScene } from './admin-scene';

const BUNDLE = 'com.example.news';
const BY = 'Ada Lovelace';
const TRIGGER = {
  name: 'pages',
  contentType: 'api::page.page',
  wakeOn: ['publish'],
  apps: [BUNDLE],
  audience: 'all',
};
const another = { ...entered, key: createSigningKey().privateKeyPem };
const GUARD_PAUSE = JSON.stringify([{ cause: 'guard', code: 'guard', params: {}, at: 1 }]);

eachDatabase((database) => {
  let scene: AdminScene;
  let services: Services;
  beforeAll(async () => {
    scene = await startAdminScene({ database });
    services = servicesOf(scene.booted.strapi);
  });
  afterAll(() => scene.stop());

  const lane = () => services.registry.lane(BUNDLE, 'production')!;
  const idOf = async <Row extends { id: number }>(table: string) =>
    ((await services.store.knex(table).orderBy('id', 'desc').first('id')) as Row).id;
  const appPath = async () => `/apps/${await idOf<AppRow>(TABLES.apps)}`;
  const triggerPath = async () => `/triggers/${await idOf(TABLES.triggers)}`;
  const lanePath = (act: string) => () => Promise.resolve(`/lanes/${lane().id}/${act}`);
  const refreshes = () => services.store.knex<ChangeRow>(TABLES.changes).where({ action: 'refresh', wakes: 1 });
  const addPush = (fields: Partial<PushRow>) =>
    services.store.knex(TABLES.pushes).insert(pushRow(lane().id, services.store.now(), fields));
  const devicePath = async (act = '') => {
    const row = deviceRow(lane().id, services.store.now());
    await services.store.knex(TABLES.devices).insert(row);
    return `/devices/${row.public_id}${act}`;
  };

  const onApp = { bundleId: BUNDLE };
  const onLane = { ...onApp, environment: 'production' as const };
  const tokenTail = expect.stringMatching(/^[0-9a-f]{6}$/) as string;
  const credential = { ...onLane, keyId: KEY_ID, teamId: TEAM_ID };

  interface Row {
    name: string;
    request: () => Promise<[method: string, path: string, body?: object]>;
    /** Of two at once. */
    answers: [number, number];
    recorded: Pick<Act, 'act' | 'params'>[];
    /** Waking refreshes it logs. */
    refreshes?: number;
  }

  /** In this order: each goes on with what the ones before it left behind. */
  const ACTS: Row[] = [
    {
      name: 'adding an app',
      request: async () => Promise.resolve(['POST', '/apps', { bundleId: BUNDLE, name: 'News' }]),
      answers: [201, 409],
      recorded: [{ act: 'add-app', params: { ...onApp, name: 'News' } }],
    },
    {
      name: 'setting a credential',
      request: async () => ['PUT', `${await appPath()}/lanes/production/credential`, entered],
      answers: [200, 200],
      recorded: [{ act: 'set-credential', params: credential }],
    },
    {
      name: 'replacing a credential',
      request: async () => ['PUT', `${await appPath()}/lanes/production/credential`, another],
      answers: [200, 200],
      recorded: [{ act: 'replace-credential', params: credential }],
    },
    {
      name: 'changing all of an app',
      request: async () => ['PUT', await appPath(), { name: 'Daily', customKeys: { edition: 'city' }, enabled: false }],
      answers: [200, 200],
      recorded: [
        { act: 'rename-app', params: { ...onApp, from: 'News', name: 'Daily' } },
        { act: 'change-custom-keys', params: onApp },
        { act: 'disable-app', params: onApp },
      ],
    },
    {
      name: 'enabling an app',
      request: async () => ['PUT', await appPath(), { enabled: true }],
      answers: [200, 200],
      recorded: [{ act: 'enable-app', params: onApp }],
    },
    {
      name: 'adding a trigger',
      request: async () => Promise.resolve(['POST', '/triggers', TRIGGER]),
      answers: [201, 409],
      recorded: [{ act: 'add-trigger', params: { name: 'pages' } }],
    },
    {
      name: 'changing all of a trigger',
      request: async () => [
        'PUT',
        await triggerPath(),
        { name: 'notes', contentType: 'api::note.note', wakeOn: ['delete'], audience: 'locale', enabled: false },
      ],
      answers: [200, 200],
      recorded: [
        { act: 'rename-trigger', params: { from: 'pages', name: 'notes' } },
        { act: 'change-trigger', params: { name: 'notes', fields: 'contentType,wakeOn,audience' } },
        { act: 'disable-trigger', params: { name: 'notes' } },
      ],
    },
    {
      name: 'enabling a trigger',
      request: async () => ['PUT', await triggerPath(), { enabled: true }],
      answers: [200, 200],
      recorded: [{ act: 'enable-trigger', params: { name: 'notes' } }],
    },
    {
      name: 'removing a trigger',
      request: async () => ['DELETE', await triggerPath()],
      answers: [200, 404],
      recorded: [{ act: 'remove-trigger', params: { name: 'notes' } }],
    },
    {
      name: 'pausing a lane',
      request: async () => ['POST', await lanePath('pause')()],
      answers: [200, 409],
      recorded: [{ act: 'pause', params: onLane }],
    },
    {
      name: 'resuming a lane',
      request: async () => ['POST', await lanePath('resume')()],
      answers: [200, 200],
      recorded: [{ act: 'resume', params: onLane }],
    },
    {
      name: 'waking everyone',
      request: async () => ['POST', `${await appPath()}/wake`],
      answers: [200, 409],
      recorded: [{ act: 'wake-everyone', params: onApp }],
      refreshes: 1,
    },
    {
      name: 'sending now',
      request: async () => ['POST', await lanePath('send-now')()],
      answers: [200, 200],
      recorded: [{ act: 'send-now', params: onLane }],
    },
    {
      name: 'sending over the budget',
      request: async () => ['POST', await lanePath('force')()],
      answers: [200, 200],
      recorded: [{ act: 'force', params: onLane }],
    },
    {
      name: 'sending now what is sent over the budget',
      request: async () => ['POST', await lanePath('send-now')()],
      answers: [200, 200],
      recorded: [],
    },
    {
      name: 'sending anyway',
      request: async () => {
        await addPush({ guard_tripped: 1 });
        await services.store.knex<LaneRow>(TABLES.lanes).where({ id: lane().id }).update({ pauses: GUARD_PAUSE });
        return ['POST', await lanePath('send-anyway')()];
      },
      answers: [200, 409],
      recorded: [{ act: 'send-anyway', params: { ...onLane, pushId: expect.any(Number) as number } }],
    },
    {
      name: 'cancelling a push',
      request: async () => ['POST', `/pushes/${await idOf(TABLES.pushes)}/cancel`],
      answers: [200, 409],
      recorded: [{ act: 'cancel', params: { ...onLane, pushId: expect.any(Number) as number } }],
    },
    {
      name: 'starting a log anew',
      request: async () => ['POST', `${await appPath()}/start-anew`, { epoch: services.registry.app(BUNDLE)!.epoch }],
      answers: [200, 409],
      recorded: [{ act: 'start-anew', params: onApp }],
      refreshes: 1,
    },
    {
      name: 'removing a device',
      request: async () => ['DELETE', await devicePath()],
      answers: [200, 404],
      recorded: [{ act: 'remove-device', params: { ...onLane, tokenTail } }],
    },
    {
      name: 'removing a credential',
      request: async () => ['DELETE', `${await appPath()}/lanes/production/credential`],
      answers: [200, 200],
      recorded: [{ act: 'remove-credential', params: credential }],
    },
    {
      name: 'sending a test push that cannot be sent',
      request: async () => ['POST', await devicePath('/test')],
      answers: [409, 409],
      recorded: [],
    },
    {
      name: 'removing an app',
      request: async () => ['DELETE', await appPath()],
      answers: [200, 404],
      recorded: [{ act: 'remove-app', params: { ...onApp, name: 'Daily' } }],
    },
    {
      name: 'confirming a confirmed instance',
      request: async () => Promise.resolve(['POST', '/instance/confirm']),
      answers: [409, 409],
      recorded: [],
    },
  ];

  const kept = async () => (await scene.call<Act[]>('GET', '/acts?pageSize=100')).body.data;

  describe('an act that two clicks ask for at once', () => {
    it.each(ACTS.map((row) => [row.name, row] as const))(
      'is done and recorded once, by name: %s',
      async (_, { request, answers, recorded, refreshes: logged = 0 }) => {
        const before = { acts: (await kept()).length, refreshes: (await refreshes()).length };
        const [method, path, body] = await request();
        const twice = await Promise.all([1, 2].map(() => scene.call(method, path, body)));
        expect(twice.map(({ status }) => status).sort()).toEqual(answers);
        const acts = await kept();
        const added = acts.slice(0, acts.length - before.acts).reverse();
        expect(added).toEqual(recorded.map((act) => expect.objectContaining({ ...act, by: BY }) as unknown));
        expect(await refreshes()).toHaveLength(before.refreshes + logged);
      },
    );
  });

  describe('what is kept of an act', () => {
    it('holds no key', async () => {
      const { text } = await scene.call('GET', '/acts?pageSize=100');
      for (const { key } of [entered, another]) {
        for (const line of key.split('\n').filter(({ length }) => length > 10)) expect(text).not.toContain(line);
      }
    });

    it('is read page by page, the newest first', async () => {
      const all = await kept();
      const { body } = await scene.call<Act[]>('GET', '/acts?page=2&pageSize=3');
      expect(body.data).toEqual(all.slice(3, 6));
      expect(body.meta).toMatchObject({ pagination: { page: 2, pageSize: 3, total: all.length } });
    });

    it('moves out of the lanes, where it was kept before, once', async () => {
      const { knex } = services.store;
      const [row] = await knex<LaneRow>(TABLES.lanes).orderBy('id');
      const old = [
        { act: 'cancel', by: BY, at: 2, pushId: 7 },
        { act: 'pause', by: BY, at: 1 },
      ];
      await knex<LaneRow>(TABLES.lanes)
        .where({ id: row.id })
        .update({ acts: JSON.stringify(old) });
      const before = (await kept()).length;
      await actsTable.up(knex, (table) => table);
      await actsTable.up(knex, (table) => table);
      expect((await kept()).slice(0, 2)).toMatchObject([
        { act: 'cancel', by: BY, at: 2, laneId: row.id, params: { pushId: 7 } },
        { act: 'pause', by: BY, at: 1, laneId: row.id },
      ]);
      expect(await kept()).toHaveLength(before + 2);
    });
  });
});
