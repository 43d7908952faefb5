import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { onServer, type DatabaseServer, type ServerClient } from './database-servers';
import { migrateApp, versionOf, type TestApp } from './test-app';

/** Of each database name that tests make. */
export const PREFIX = 'bgp_';

/** A worker that makes a template keeps the others waiting: a first start takes a while on a busy machine. */
const LOCK_WITHIN_S = 600;

/** How a test app finds a database. */
export const databaseEnv = (client: ServerClient, server: DatabaseServer, name: string): Record<string, string> => ({
  DATABASE_CLIENT: client,
  DATABASE_HOST: server.host,
  DATABASE_PORT: String(server.port),
  DATABASE_NAME: name,
  DATABASE_USERNAME: server.user,
  DATABASE_PASSWORD: server.password,
});

/**
 * Creates a database as the app's first start leaves it, without the plugin: the first time by such a start, then by
 * copying its result, which takes a fraction of it. The result stays on the server until the app changes.
 */
export async function createMigrated(
  client: ServerClient,
  server: DatabaseServer,
  app: TestApp,
  name: string,
): Promise<void> {
  const ofApp = `${PREFIX}template_${createHash('sha256').update(app.dir).digest('hex').slice(0, 8)}_`;
  const template = `${ofApp}${versionOf(app)}`;
  const { lock, unlock, finished, finish, copy } = WAYS[client];
  await onServer(client, server, async (connection) => {
    await lock(connection, template);
    try {
      if (!(await finished(connection, template))) {
        for (const old of await namesLike(connection, client, ofApp)) await drop(connection, client, old);
        const unfinished = `${template}${client === 'postgres' ? '_new' : ''}`;
        await create(connection, client, unfinished);
        migrateApp(app, databaseEnv(client, server, unfinished));
        await finish(connection, template);
      }
    } finally {
      await unlock(connection, template);
    }
    await copy(connection, template, name);
  });
}

export async function create(connection: Knex, client: ServerClient, name: string): Promise<void> {
  await connection.raw(`CREATE DATABASE ${name}${client === 'mysql' ? ' CHARACTER SET utf8mb4' : ''}`);
}

export async function drop(connection: Knex, client: ServerClient, name: string): Promise<void> {
  // FORCE: a killed Strapi's connections may still be there.
  await connection.raw(`DROP DATABASE IF EXISTS ${name}${client === 'postgres' ? ' WITH (FORCE)' : ''}`);
}

async function namesLike(connection: Knex, client: ServerClient, prefix: string): Promise<string[]> {
  const names =
    client === 'postgres'
      ? connection('pg_database').select({ name: 'datname' })
      : connection('information_schema.schemata').select({ name: 'schema_name' });
  return ((await names) as { name: string }[]).map(({ name }) => name).filter((name) => name.startsWith(prefix));
}

/** What differs between the servers. All of it on one connection, which holds the lock. */
interface Ways {
  lock(connection: Knex, template: string): Promise<unknown>;
  unlock(connection: Knex, template: string): Promise<unknown>;
  /** Whether a start made it whole, and did not die on its way. */
  finished(connection: Knex, template: string): Promise<boolean>;
  finish(connection: Knex, template: string): Promise<unknown>;
  copy(connection: Knex, template: string, name: string): Promise<void>;
}

const keyOf = (template: string) => parseInt(createHash('sha256').update(template).digest('hex').slice(0, 8), 16);

/** MariaDB renames no database: this table says that one is whole. */
const FINISHED = 'bgp_finished';

const WAYS: Record<ServerClient, Ways> = {
  postgres: {
    lock: (connection, template) => connection.raw('select pg_advisory_lock(?)', [keyOf(template)]),
    unlock: (connection, template) => connection.raw('select pg_advisory_unlock(?)', [keyOf(template)]),
    finished: async (connection, template) => (await namesLike(connection, 'postgres', template)).includes(template),
    finish: (connection, template) => connection.raw(`ALTER DATABASE ${template}_new RENAME TO ${template}`),
    copy: async (connection, template, name) => connection.raw(`CREATE DATABASE ${name} TEMPLATE ${template}`),
  },
  mysql: {
    lock: (connection, template) => connection.raw('select get_lock(?, ?)', [template, LOCK_WITHIN_S]),
    unlock: (connection, template) => connection.raw('select release_lock(?)', [template]),
    finished: async (connection, template) => (await tablesOf(connection, template)).includes(FINISHED),
    finish: (connection, template) => connection.raw(`CREATE TABLE ${template}.${FINISHED} (id int)`),
    async copy(connection, template, name) {
      await create(connection, 'mysql', name);
      await connection.raw(`USE ${name}`);
      // Tables refer to others that are copied later.
      await connection.raw('SET foreign_key_checks = 0');
      for (const table of await tablesOf(connection, template)) {
        if (table === FINISHED) continue;
        const [[shown]] = (await connection.raw('SHOW CREATE TABLE ??.??', [template, table])) as [
          { 'Create Table': string }[],
        ];
        await connection.raw(shown['Create Table'].replaceAll('?', '\\?'));
        await connection.raw('INSERT INTO ?? SELECT * FROM ??.??', [table, template, table]);
      }
    },
  },
};

async function tablesOf(connection: Knex, database: string): Promise<string[]> {
  const rows = await connection('information_schema.tables')
    .where({ table_schema: database })
    .select({ name: 'table_name' });
  return (rows as { name: string }[]).map(({ name }) => name);
}
