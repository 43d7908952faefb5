import { servicesOf } from './services-of';
import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { TABLES, type ChangeRow, type LaneRow, type SettingRow } from '../../server/store/tables';
import { createDatabase, eachDatabase, type TestDatabase } from './databases';
import { openDatabase } from './open-database';
import { BUNDLE_ID } from './scene';
import { bootStrapi, type BootedStrapi } from './strapi';
import { startProcess, type StrapiProcess } from './strapi-process';

const ARTICLE = 'api::article.article';
const config = {
  apps: [{ bundleId: BUNDLE_ID, name: 'News' }],
  triggers: [{ name: 'articles', contentType: ARTICLE, apps: [BUNDLE_ID] }],
};

eachDatabase((client) => {
  let database: TestDatabase;
  let knex: Knex;
  beforeEach(async () => {
    database = await createDatabase(client);
    knex = openDatabase(database);
  });
  afterEach(async () => {
    await knex.destroy();
    await database.drop();
  });

  async function publish({ strapi }: BootedStrapi): Promise<void> {
    const articles = strapi.documents(ARTICLE as never) as unknown as { create(params: object): Promise<unknown> };
    await articles.create({ status: 'published', data: { title: 'Published' } });
  }
  const boot = async (changed: object = {}) =>
    bootStrapi({ database, config: { ...config, ...changed }, listen: false });
  const refreshes = async () => knex<ChangeRow>(TABLES.changes).where({ action: 'refresh' });
  const forgetTables = async () => {
    const names = Object.values(TABLES).reverse();
    if (client === 'mysql') await knex.raw('set foreign_key_checks = 0');
    for (const table of names)
      await knex.raw(`drop table if exists ${table}${client === 'postgres' ? ' cascade' : ''}`);
    await knex.raw('drop table if exists background_push_migrations');
  };

  it('lets publishing go on when its tables cannot be made, and tells apps to refresh when they are back', async () => {
    const first = await boot();
    await first.stop();
    await forgetTables();
    // A view stands where the table should be: the migration fails, as it would without the right to create tables.
    await knex.raw(`create view ${TABLES.devices} as select 1 as something`);

    const broken = await boot();
    await publish(broken);
    expect(broken.strapi.db).toBeDefined();
    const { overview } = servicesOf(broken.strapi);
    expect(await overview.read()).toMatchObject({
      capture: { on: false, code: 'tables-missing' },
      alarms: expect.arrayContaining([expect.objectContaining({ code: 'tables-missing' })]),
    });
    await broken.stop();

    await knex.raw(`drop view ${TABLES.devices}`);
    const mended = await boot();
    expect(await refreshes()).toMatchObject([{ wakes: 1, audience: 'all' }]);
    await mended.stop();

    const again = await boot();
    expect(await refreshes()).toHaveLength(1);
    await again.stop();
  });

  it('tells apps to refresh, once, after capture was switched off', async () => {
    await (await boot()).stop();
    const before = (await refreshes()).length;
    const off = await boot({ capture: false });
    await publish(off);
    await off.stop();
    expect(await knex<ChangeRow>(TABLES.changes).where({ action: 'publish' })).toHaveLength(0);
    await (await boot()).stop();
    await (await boot()).stop();
    expect(await refreshes()).toHaveLength(before + 1);
  });

  it('pauses every lane of a copied database until someone confirms the instance', async () => {
    await (await boot({ delivery: { instance: 'the original' } })).stop();
    const copy = await boot({ delivery: { instance: 'the copy' } });
    const services = servicesOf(copy.strapi);
    const epoch = services.registry.apps()[0].epoch;
    const lanes = await knex<LaneRow>(TABLES.lanes);
    expect(lanes.map(({ pauses }) => (JSON.parse(pauses) as { cause: string }[])[0].cause)).toEqual([
      'fingerprint',
      'fingerprint',
    ]);
    expect((await services.overview.read()).instance.confirmed).toBe(false);

    await services.control.confirmInstance('the test');
    expect((await services.overview.read()).instance.confirmed).toBe(true);
    expect((await knex<LaneRow>(TABLES.lanes)).map(({ pauses }) => pauses)).toEqual(['[]', '[]']);
    expect(services.registry.apps()[0].epoch).not.toBe(epoch);
    await copy.stop();

    const back = await boot({ delivery: { instance: 'the original' } });
    expect((await servicesOf(back.strapi).overview.read()).instance.confirmed).toBe(false);
    await back.stop();
  });

  it('takes an installation that an earlier version of the plugin knew for no copy', async () => {
    await (await boot()).stop();
    const { DATABASE_HOST = '', DATABASE_PORT = '', DATABASE_NAME = '', DATABASE_FILENAME = '' } = database.env;
    // As version 0.1 made it; the key is the test app's.
    const facts = ['derived', '', client, DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, DATABASE_FILENAME];
    const former = createHash('sha256')
      .update(JSON.stringify([...facts, 'test-only-app-key-1']))
      .digest('hex');
    const stored = () => knex<SettingRow>(TABLES.settings).where({ key: 'fingerprint' });
    const [{ value: present }] = await stored();
    await stored().update({ value: former });

    const updated = await boot();
    expect((await servicesOf(updated.strapi).overview.read()).instance.confirmed).toBe(true);
    expect(await stored()).toMatchObject([{ value: present }]);
    await updated.stop();
  });

  it('boots with a trigger for a content type that is gone, and raises an alarm that names it', async () => {
    const gone = { name: 'ghosts', contentType: 'api::ghost.ghost', apps: [BUNDLE_ID] };
    const booted = await boot({ triggers: [...config.triggers, gone] });
    const services = servicesOf(booted.strapi);
    expect((await services.overview.read()).alarms).toMatchObject([
      { code: 'trigger-broken', params: { name: 'ghosts', contentType: 'api::ghost.ghost' } },
    ]);
    expect((await services.triggers.list()).map(({ problem }) => problem)).toEqual([
      null,
      expect.stringContaining('api::ghost.ghost'),
    ]);
    await booted.stop();
    await (await boot()).stop();
    expect(await knex(TABLES.alarms)).toEqual([]);
  });

  if (client === 'postgres') {
    it('boots with a connection string that is no URL', async () => {
      const { DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, DATABASE_USERNAME } = database.env;
      const url = `postgresql://${DATABASE_USERNAME}@/${DATABASE_NAME}?host=${DATABASE_HOST}&port=${DATABASE_PORT}`;
      const booted = await bootStrapi({ database, config, listen: false, env: { DATABASE_URL: url } });
      expect((await servicesOf(booted.strapi).overview.read()).instance.confirmed).toBe(true);
      await booted.stop();
    });
  }
});

// On SQLite, two Strapis that boot at once lock each other out before the plugin has its turn.
eachDatabase(
  (client) => {
    it('lets two instances boot together on a database without its tables', async () => {
      // With Strapi's own tables: its schema sync is not made for two at once.
      const database = await createDatabase(client);
      const knex = openDatabase(database);
      let instances: StrapiProcess[] = [];
      try {
        instances = await Promise.all([startProcess({ database, config }), startProcess({ database, config })]);
        expect(await knex(TABLES.apps)).toHaveLength(1);
        expect(await knex(TABLES.lanes)).toHaveLength(2);
        expect(await knex(TABLES.triggers)).toHaveLength(1);
        expect(await knex<ChangeRow>(TABLES.changes).where({ action: 'refresh' })).toHaveLength(1);
        expect(await knex<SettingRow>(TABLES.settings).where({ key: 'fingerprint' })).toHaveLength(1);
      } finally {
        await Promise.all(instances.map((instance) => instance.kill('SIGTERM')));
        await knex.destroy();
        await database.drop();
      }
    });
  },
  ['postgres', 'mysql'],
);
