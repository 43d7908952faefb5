import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { create, createMigrated, databaseEnv, drop, PREFIX } from './database-template';
import { candidates, isWanted, knownServers, onServer, SERVER_CLIENTS, type ServerClient } from './database-servers';
import { APP, migratedFile, prepareApp, type TestApp } from './test-app';

export type Database = 'sqlite' | ServerClient;

/** A database of one test's own. */
export interface TestDatabase {
  client: Database;
  /** What the test app reads to find it. */
  env: Record<string, string>;
  /** SQLite only: the absolute path. */
  file?: string;
  drop(): Promise<void>;
}

export const DATABASE_CLIENTS: readonly Database[] = ['sqlite', ...SERVER_CLIENTS];

/**
 * Describes the same tests for SQLite, PostgreSQL and MariaDB or MySQL. A server that does not answer is named as
 * skipped; with `REQUIRE_SERVICES=1` the run has failed before it comes to that (see `setup.ts`).
 */
export function eachDatabase(
  define: (client: Database) => void,
  clients: readonly Database[] = DATABASE_CLIENTS,
): void {
  for (const client of clients) {
    if (!isWanted(client)) {
      describe.skip(`on ${client} (skipped: not among TEST_DATABASES)`, () => define(client));
    } else if (client === 'sqlite' || knownServers()[client]) {
      describe(`on ${client}`, () => define(client));
    } else {
      const [{ host, port, user }] = candidates(client);
      describe.skip(`on ${client} (skipped: no server for ${user} at ${host}:${port})`, () => define(client));
    }
  }
}

/** @param empty without Strapi's own tables; else as the app's first start left it */
export async function createDatabase(
  client: Database,
  { empty = false, app = APP }: { empty?: boolean; app?: TestApp } = {},
): Promise<TestDatabase> {
  if (client === 'sqlite') return createFile(empty, app);
  const server = knownServers()[client];
  if (!server) throw new Error(`No ${client} server answers.`);
  const name = `${PREFIX}${randomBytes(6).toString('hex')}`;
  if (empty) await onServer(client, server, (connection) => create(connection, client, name));
  else {
    prepareApp(app);
    await createMigrated(client, server, app, name);
  }
  return {
    client,
    env: databaseEnv(client, server, name),
    drop: () => onServer(client, server, (connection) => drop(connection, client, name)),
  };
}

/** @param file an SQLite file of the caller's; `drop` leaves it alone */
export function databaseFile(file: string): TestDatabase {
  const env = { DATABASE_CLIENT: 'sqlite', DATABASE_FILENAME: path.resolve(file) };
  return { client: 'sqlite', env, file, drop: () => Promise.resolve() };
}

function createFile(empty: boolean, app: TestApp): TestDatabase {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'bgp-'));
  const file = path.join(directory, 'data.db');
  if (!empty) {
    prepareApp(app);
    copyFileSync(migratedFile(app), file);
  }
  return { ...databaseFile(file), drop: async () => rmSync(directory, { recursive: true, force: true }) };
}
