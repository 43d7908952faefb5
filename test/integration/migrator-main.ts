import { migrate } from '../../server/store/migrate';
import type { MigrateAnswer, MigrateOrder } from './migrator';
import { openDatabase } from './open-database';

const CHANGES_A_TABLE = /^\s*(create|alter) (table|unique|index)/i;

async function perform({ database, killAt, lateBy }: MigrateOrder): Promise<MigrateAnswer> {
  const knex = openDatabase(database);
  let seen = 0;
  knex.on('query', ({ sql }: { sql: string }) => {
    // Knex's own bookkeeping first: what is to be cut in two is the plugin's.
    if (!sql.includes('background_push_migrations') && CHANGES_A_TABLE.test(sql) && ++seen === killAt) {
      process.kill(process.pid, 'SIGKILL');
    }
  });
  try {
    for (let query = 0; query < lateBy; query++) await knex.raw('select 1');
    return { ran: await migrate({ knex, client: database.client, schemaName: null }) };
  } catch (error) {
    return { ran: [], problem: String(error) };
  } finally {
    await knex.destroy();
  }
}

process.on('message', (order: MigrateOrder) => void perform(order).then((answer) => process.send?.(answer)));
// Whoever started this is gone, or has no more orders.
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
