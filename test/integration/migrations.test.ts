import type { Knex } from 'knex';
import { MIGRATIONS } from '../../server/store/migrations';
import { MIGRATIONS_TABLE, TABLES } from '../../server/store/tables';
import { createDatabase, eachDatabase, type TestDatabase } from './databases';
import { startMigrator, type Migrator } from './migrator';
import { openDatabase } from './open-database';

const LOCK_TABLE = `${MIGRATIONS_TABLE}_lock`;
const PROCESSES = 4;
/** Fresh databases that the processes meet on: in each round the later ones are a little later. */
const ROUNDS = 10;
const NAMES = MIGRATIONS.map(({ name }) => name);

/** Runs `work` on a database without any table. */
async function onFreshDatabase(
  client: TestDatabase['client'],
  work: (database: TestDatabase, knex: Knex) => Promise<void>,
): Promise<void> {
  const database = await createDatabase(client, { empty: true });
  const knex = openDatabase(database);
  try {
    await work(database, knex);
  } finally {
    await knex.destroy();
    await database.drop();
  }
}

async function expectAllTables(knex: Knex): Promise<void> {
  for (const table of Object.values(TABLES)) expect(await knex(table)).toEqual([]);
}

eachDatabase((client) => {
  let migrators: Migrator[];
  beforeAll(async () => {
    migrators = await Promise.all(Array.from({ length: PROCESSES }, startMigrator));
  });
  afterAll(() => Promise.all(migrators.map((migrator) => migrator.stop())));

  it('makes the tables once, and locks nobody out, when four processes boot together on a fresh database', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await onFreshDatabase(client, async (database, knex) => {
        const together = await Promise.all(
          migrators.map((migrator, place) => migrator.migrate(database, { lateBy: place * round })),
        );
        expect(together).toEqual(together.map((each) => ({ ran: each?.ran })));
        expect(together.flatMap((each) => each?.ran)).toEqual(NAMES);
        await expectAllTables(knex);
        expect(await knex(LOCK_TABLE)).toMatchObject([{ is_locked: 0 }]);
        expect(await migrators[0].migrate(database)).toEqual({ ran: [] });
      });
    }
  });

  it('boots where an earlier race has left two rows in the table of the lock, and takes the surplus away', async () => {
    await onFreshDatabase(client, async (database, knex) => {
      await migrators[0].migrate(database);
      await knex(LOCK_TABLE).insert({ is_locked: 0 });
      await knex(MIGRATIONS_TABLE)
        .where({ name: NAMES[NAMES.length - 1] })
        .delete();

      const together = await Promise.all(migrators.map((migrator) => migrator.migrate(database)));
      expect(together.flatMap((each) => each?.ran)).toEqual(NAMES.slice(-1));
      expect(together.filter((each) => each?.problem)).toEqual([]);
      expect(await knex(LOCK_TABLE)).toMatchObject([{ is_locked: 0 }]);
    });
  });
});
