import path from 'node:path';
import type { Core } from '@strapi/strapi';

// Compiled, this file is test/app/dist/config/database.js. Tests and the demo name a file of their own.
const OWN_FILE = path.resolve(__dirname, '../../.tmp/data.db');

type Client = 'sqlite' | 'postgres' | 'mysql';

const database = ({ env }: Core.Config.Shared.ConfigParams): Core.Config.Database => {
  const client = env('DATABASE_CLIENT', 'sqlite') as Client;
  if (client === 'sqlite') {
    const filename = env('DATABASE_FILENAME', OWN_FILE);
    return { connection: { client, connection: { filename }, useNullAsDefault: true } };
  }
  const connection = {
    host: env('DATABASE_HOST', '127.0.0.1'),
    port: env.int('DATABASE_PORT', client === 'postgres' ? 5432 : 3306),
    database: env('DATABASE_NAME', 'background_push'),
    user: env('DATABASE_USERNAME', 'root'),
    password: env('DATABASE_PASSWORD', ''),
    ...(env('DATABASE_URL') && { connectionString: env('DATABASE_URL') }),
    ...(env('DATABASE_SCHEMA') && { schema: env('DATABASE_SCHEMA') }),
  };
  const pool = { min: 0, max: env.int('DATABASE_POOL_MAX', 10) };
  return { connection: { client, connection, pool, log: { warn } } as Core.Config.Database['connection'] };
};

/** Strapi makes its tables in a transaction, which MariaDB cannot do; Knex says so a hundred times at a first start. */
function warn(message: string): void {
  if (!message.startsWith('Transaction was implicitly committed')) console.warn(message);
}

export default database;
