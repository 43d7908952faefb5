import { migrate } from '../../server/store/migrate';
import type { TestDatabase } from '../integration/databases';
import { openDatabase } from '../integration/open-database';

export interface MigrateOrder {
  database: Pick<TestDatabase, 'client' | 'env' | 'file'>;
  /** Killed before this statement of those that make or change a table; 0: never. */
  killAt: number;
}

const CHANGES_A_TABLE = /^\s*(create|alter) (table|unique|index)/i;

async function main(): Promise<void> {
  const { database, killAt } = JSON.parse(process.argv[2]) as MigrateOrder;
  const knex = openDatabase(database);
  let seen = 0;
  knex.on('query', ({ sql }: { sql: string }) => {
    // Knex's own bookkeeping first: what is to be cut in two is the plugin's.
    if (!sql.includes('background_push_migrations') && CHANGES_A_TABLE.test(sql) && ++seen === killAt) {
      process.kill(process.pid, 'SIGKILL');
    }
  });
  const ran = await migrate({ knex, client: database.client, schemaName: null });
  process.stdout.write(JSON.stringify(ran));
  await knex.destroy();
}

main().catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exit(1);
});
