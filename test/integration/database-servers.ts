import { existsSync } from 'node:fs';
import os from 'node:os';
import knex, { type Knex } from 'knex';

export interface DatabaseServer {
  host: string;
  port: number;
  user: string;
  password: string;
}

export type ServerClient = 'postgres' | 'mysql';

/** Where each server was found; null: nowhere. */
export type DatabaseServers = Record<ServerClient, DatabaseServer | null>;

export const SERVER_CLIENTS: readonly ServerClient[] = ['postgres', 'mysql'];

/** `TEST_DATABASES=sqlite,mysql` narrows a run to these; the tests of another database are named as skipped. */
export function isWanted(client: 'sqlite' | ServerClient): boolean {
  const { TEST_DATABASES: wanted } = process.env;
  return !wanted || wanted.split(',').includes(client);
}

/** The jest workers inherit it from the global set-up, because `describe` cannot wait for an answer. */
const FOUND = 'TEST_DATABASE_SERVERS';

/** @returns what `findServers` found in this process or in the one that started it */
export function knownServers(): DatabaseServers {
  const found = process.env[FOUND];
  if (found) return JSON.parse(found) as DatabaseServers;
  return { postgres: candidates('postgres')[0], mysql: candidates('mysql')[0] };
}

/** Connects to each candidate until one answers, and remembers it for this process and its children. */
export async function findServers(): Promise<DatabaseServers> {
  const servers = { postgres: await firstReachable('postgres'), mysql: await firstReachable('mysql') };
  process.env[FOUND] = JSON.stringify(servers);
  return servers;
}

/** What the environment names, or where Debian's packages listen. */
export function candidates(client: ServerClient): DatabaseServer[] {
  const { env } = process;
  if (client === 'mysql') {
    const { MYSQL_HOST: host = '127.0.0.1', MYSQL_USER: user = 'root', MYSQL_PASSWORD: password = '' } = env;
    return [{ host, port: Number(env.MYSQL_PORT ?? 3306), user, password }];
  }
  const hosts = env.PGHOST ? [env.PGHOST] : ['127.0.0.1', ...['/var/run/postgresql'].filter((dir) => existsSync(dir))];
  const users = env.PGUSER ? [env.PGUSER] : ['postgres', os.userInfo().username];
  const [port, password] = [Number(env.PGPORT ?? 5432), env.PGPASSWORD ?? ''];
  return hosts.flatMap((host) => users.map((user) => ({ host, port, user, password })));
}

/** Runs `work` on a connection of its own to the server, in no particular database. */
export async function onServer<T>(
  client: ServerClient,
  server: DatabaseServer,
  work: (connection: Knex) => Promise<T>,
): Promise<T> {
  const connection =
    client === 'postgres'
      ? { ...server, database: 'postgres', connectionTimeoutMillis: 3_000 }
      : { ...server, connectTimeout: 3_000 };
  const pool = knex({ client: client === 'postgres' ? 'pg' : 'mysql2', connection, pool: { min: 0, max: 1 } });
  try {
    return await work(pool);
  } finally {
    await pool.destroy();
  }
}

async function firstReachable(client: ServerClient): Promise<DatabaseServer | null> {
  for (const server of candidates(client)) {
    try {
      await onServer(client, server, async (connection) => connection.raw('SELECT 1'));
      return server;
    } catch {
      // The next one, then.
    }
  }
  return null;
}
