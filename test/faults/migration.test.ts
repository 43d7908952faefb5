import { execFile } from 'node:child_process';
import path from 'node:path';
import type { Knex } from 'knex';
import { MIGRATIONS } from '../../server/store/migrations';
import { TABLES, type ChangeRow } from '../../server/store/tables';
import { createDatabase, type Database, type TestDatabase } from '../integration/databases';
import { openDatabase } from '../integration/open-database';
import { BUNDLE_ID } from '../integration/scene';
import { startProcess, type StrapiProcess } from '../integration/strapi-process';
import { bootStrapi } from '../integration/strapi';
import { onDatabases, SMOKE } from './size';

const MAIN = path.join(__dirname, 'migrate-main.js');
/** Before the first table, in the middle of the tables, between a table and its index, before the last. */
const MOMENTS = SMOKE ? [8] : [1, 3, 8, 9, 15, 20];

interface Ended {
  signal: string | null;
  /** The migrations it ran. */
  ran: string[];
  said: string;
}

/** Migrates in a process of its own, which is killed at that statement; 0: not at all. */
function migrateIn(database: TestDatabase, killAt: number): Promise<Ended> {
  const { client, env, file } = database;
  const order = JSON.stringify({ database: { client, env, file }, killAt });
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, order], (error, stdout, stderr) =>
      resolve({
        signal: error?.signal ?? null,
        ran: stdout.startsWith('[') ? (JSON.parse(stdout) as string[]) : [],
        said: stdout + stderr,
      }),
    );
  });
}

onDatabases((client: Database) => {
  let database: TestDatabase;
  let knex: Knex;
  beforeEach(async () => {
    database = await createDatabase(client, { empty: true });
    knex = openDatabase(database);
  });
  afterEach(async () => {
    await knex.destroy();
    await database.drop();
  });

  async function expectAllTables(): Promise<void> {
    for (const table of Object.values(TABLES)) expect(await knex(table)).toEqual([]);
  }

  it.each(MOMENTS)('is finished by three processes at once after it was killed at statement %i', async (moment) => {
    expect(await migrateIn(database, moment)).toMatchObject({ signal: 'SIGKILL' });
    const ended = await Promise.all([1, 2, 3].map(() => migrateIn(database, 0)));
    expect(ended).toEqual(ended.map((each) => expect.objectContaining({ signal: null, ran: each.ran })));
    expect(ended.flatMap(({ ran }) => ran)).toEqual(MIGRATIONS.map(({ name }) => name));
    await expectAllTables();
  });

  it('is finished although one process after the other is killed in it', async () => {
    for (const moment of MOMENTS) await migrateIn(database, moment);
    expect((await migrateIn(database, 0)).signal).toBeNull();
    await expectAllTables();
  });

  if (client === 'sqlite') {
    it.skip('lets three instances boot together (on sqlite two Strapis that boot at once lock each other out)', () =>
      undefined);
  } else {
    it('lets three instances boot together', async () => {
      const config = {
        apps: [{ bundleId: BUNDLE_ID, name: 'News' }],
        triggers: [{ name: 'articles', contentType: 'api::article.article', apps: [BUNDLE_ID] }],
      };
      // Strapi's own tables first: its schema sync is not made for several at once.
      const first = await bootStrapi({ database, env: { BACKGROUND_PUSH_ENABLED: 'false' }, listen: false });
      await first.stop();
      let instances: StrapiProcess[] = [];
      try {
        instances = await Promise.all([1, 2, 3].map(() => startProcess({ database, config })));
        expect(await knex(TABLES.apps)).toHaveLength(1);
        expect(await knex(TABLES.lanes)).toHaveLength(2);
        expect(await knex(TABLES.triggers)).toHaveLength(1);
        expect(await knex<ChangeRow>(TABLES.changes).where({ action: 'refresh' })).toHaveLength(1);
      } finally {
        await Promise.all(instances.map((instance) => instance.kill('SIGTERM')));
      }
    });
  }
});
