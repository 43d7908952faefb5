import type { Core } from '@strapi/strapi';

type Client = 'sqlite' | 'postgres' | 'mysql';

const database = ({ env }: Core.Config.Shared.ConfigParams): Core.Config.Database => {
  const client = env('DATABASE_CLIENT', 'sqlite') as Client;
  const required = (name: string): string => {
    const value = env(name);
    if (!value) throw new Error(`Set ${name}: the test app keeps no database of its own.`);
    return value;
  };
  if (client === 'sqlite') {
    const filename = required('DATABASE_FILENAME'); // an absolute path
    return { connection: { client, connection: { filename }, useNullAsDefault: true } };
  }
  const connection = {
    host: env('DATABASE_HOST', '127.0.0.1'),
    port: env.int('DATABASE_PORT', client === 'postgres' ? 5432 : 3306),
    database: required('DATABASE_NAME'),
    user: env('DATABASE_USERNAME', 'root'),
    password: env('DATABASE_PASSWORD', ''),
  };
  return { connection: { client, connection, pool: { min: 0, max: env.int('DATABASE_POOL_MAX', 10) } } };
};

export default database;
