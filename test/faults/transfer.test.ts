import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { MIGRATIONS_TABLE, TABLES, type AppRow, type ChangeRow, type LaneRow } from '../../server/store/tables';
import { createDatabase } from '../integration/databases';
import { openDatabase } from '../integration/open-database';
import { until } from '../until';
import { ARTICLE, publishArticle } from './editor';
import { onDatabases } from './size';
import { openStage, type Stage } from './stage';
import { copyApp, type AppCopy } from './strapi-command';

/** Stands for a key that the panel stored, encrypted. */
const SEALED = 'sealed-key-that-must-not-travel';

/** Which rows must be as they were; the rest is what a process writes of itself. */
const KEPT = [TABLES.apps, TABLES.triggers, TABLES.devices, TABLES.deviceTags, TABLES.changes, TABLES.pushes];

onDatabases((client) => {
  let stage: Stage;
  let app: AppCopy;
  let directory: string;
  beforeAll(async () => {
    stage = await openStage(client, { strapi: true });
    app = copyApp();
    directory = mkdtempSync(path.join(os.tmpdir(), 'bgp-export-'));
    const strapi = await stage.strapi({ settings: { delivery: { enabled: false } } });
    await publishArticle(strapi, 'One');
    await publishArticle(strapi, 'Two');
    await strapi.kill('SIGTERM');
    await stage.knex<LaneRow>(TABLES.lanes).where({ environment: 'sandbox' }).update({ credential: SEALED });
  });
  afterAll(async () => {
    await stage.close();
    app.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  const kept = async (knex = stage.knex) =>
    Promise.all(
      KEPT.map(async (table) => [table, await knex(table).orderBy(table === TABLES.deviceTags ? 'tag' : 'id')]),
    );
  const lanes = () =>
    stage.knex<LaneRow>(TABLES.lanes).orderBy('id').select('id', 'key_id', 'team_id', 'credential', 'credential_mark');
  const archive = () => path.join(directory, 'archive');

  it('carries neither devices nor credentials in an export, and an import leaves them alone', async () => {
    const before = [await kept(), await lanes()];
    await app.run(stage.database, stage.config, 'export', '--no-encrypt', '--no-compress', '-f', archive());
    const exported = readFileSync(`${archive()}.tar`, 'latin1');
    expect(exported).toContain(ARTICLE);
    for (const secret of ['background_push_', SEALED, ...[...stage.devices.keys()].slice(0, 100)]) {
      expect(exported.includes(secret)).toBe(false);
    }
    await app.run(stage.database, stage.config, 'import', '--force', '-f', `${archive()}.tar`);
    expect([await kept(), await lanes()]).toEqual(before);
    expect(await stage.knex('articles').whereNotNull('published_at')).toHaveLength(2);
    expect(stage.simulator.log).toHaveLength(0);
  });

  it('brings no devices along to another project', async () => {
    const other = await createDatabase(client);
    const knex = openDatabase(other);
    try {
      await app.run(other, stage.config, 'import', '--force', '-f', `${archive()}.tar`);
      expect(await knex('articles').whereNotNull('published_at')).toHaveLength(2);
      expect(await knex(MIGRATIONS_TABLE)).not.toEqual([]);
      expect(await knex(TABLES.devices)).toEqual([]);
      expect(await knex<LaneRow>(TABLES.lanes).where({ credential: SEALED })).toEqual([]);
    } finally {
      await knex.destroy();
      await other.drop();
    }
  });

  it('sends nothing from a copied database until an administrator confirms the instance', async () => {
    const strapi = await stage.strapi({ settings: { delivery: { instance: 'a copy elsewhere' } } });
    await publishArticle(strapi, 'Three');
    const numbered = async () => (await stage.knex<ChangeRow>(TABLES.changes).whereNull('rev')).length === 0;
    await until(numbered, { within: 20_000, what: 'The log to go on' });
    // A lane that may send does so within a second of that; look for longer.
    const since = performance.now();
    await until(() => performance.now() - since > 4_000, { within: 5_000 });
    expect(stage.simulator.log).toHaveLength(0);
    expect(await stage.pushes()).toEqual([]);
    const epoch = ((await stage.knex<AppRow>(TABLES.apps).first()) as AppRow).epoch;

    const admin = await strapi.admin();
    await admin.call('POST', '/background-push/instance/confirm');
    await stage.done(1);
    expect(((await stage.knex<AppRow>(TABLES.apps).first()) as AppRow).epoch).not.toBe(epoch);
    expect(await stage.promiseKept()).toEqual({ repeated: 0 });
  });
});
