import { assemble } from '../../server/assemble';
import type { Logger } from '../../server/host';
import { createBareHost } from '../integration/bare-host';
import { openDatabase } from '../integration/open-database';
import type { EngineOrder } from './engine-process';

/** The engine over store, pipeline and sender, started as the plugin starts it once the tables stand. */
async function main(): Promise<void> {
  const order = JSON.parse(process.env.FAULTS_ENGINE ?? '') as EngineOrder;
  const log = toStderr();
  const connection = openDatabase(order.database, { poolMax: order.poolMax });
  const { client } = order.database;
  const host = createBareHost({ knex: connection, client, config: order.config, log });
  const { owner, clockOffsetMs } = order;
  const { store, registry, engine } = assemble(host, { owner, clockOffsetMs });
  if (client === 'sqlite') await connection.raw('pragma foreign_keys = on');
  await store.clock.synchronise();
  await registry.reload();

  process.once('SIGTERM', () => {
    // Strapi ends its process itself; here nothing does, so that a handle left open is seen.
    void engine
      .stop()
      .then(() => connection.destroy())
      .finally(() => process.disconnect());
  });
  // Whoever started this is gone: leave nothing behind.
  process.on('disconnect', () => setTimeout(() => process.exit(9), order.lingerMs).unref());
  process.on('message', (statement: string) => {
    connection.raw(statement).then(
      () => process.send?.('ran'),
      (error: unknown) => process.send?.(String(error)),
    );
  });
  engine.start();
  process.send?.('started');
}

function toStderr(): Logger {
  const line = (level: string) => (message: string) => void process.stderr.write(`${level} ${message}\n`);
  return { info: line('info'), warn: line('warn'), error: line('error') };
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
