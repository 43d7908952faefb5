import type { Knex } from 'knex';
import { MIGRATIONS } from '../../server/store/migrations';
import { TABLES, type ChangeRow } from '../../server/store/tables';
import { createDatabase, type Database, type TestDatabase } from '../integration/databases';
import { startMigrator, type MigrateAnswer } from '../integration/migrator';
import { openDatabase } from '../integration/open-database';
import { BUNDLE_ID } from '../integration/scene';
import { startProcess, type StrapiProcess } from '../integration/strapi-process';
import { bootStrapi } from '../integration/strapi';
import { onDatabases, SMOKE } from './size';

/** Before the first table, in the middle of the tables, between a table and its index, before the last. */
const MOMENTS = SMOKE ? [8] : [1, 3, 8, 9, 15, 20];

/** Migrates in a process of its own. @returns null when it was killed at statement `killAt`; 0: not at all */
async function migrateIn(database: TestDatabase, killAt: number): Promise<MigrateAnswer | null> {
  const migrator = await startMigrator();
  try {
    return await migrator.migrate(database, { killAt });
  } finally {
    await migrator.stop();
  }
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
    expect(await migrateIn(database, moment)).toBeNull();
    const ended = await Promise.all([1, 2, 3].map(() => migrateIn(database, 0)));
    expect(ended.filter((each) => each?.problem)).toEqual([]);
    expect(ended.flatMap((each) => each?.ran)).toEqual(MIGRATIONS.map(({ name }) => name));
    await expectAllTables();
  });

  it('is finished although one process after the other is killed in it', async () => {
    for (const moment of MOMENTS) await migrateIn(database, moment);
    expect((await migrateIn(database, 0))?.problem).toBeUndefined();
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
