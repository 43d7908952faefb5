import { resolve } from 'node:path';

/** Where a database is. Two places that differ in any of it are two databases. Holds neither user nor password. */
export interface DatabasePlace {
  host: string;
  port: string;
  database: string;
  /** PostgreSQL: two installations may share a database, each in a schema of its own. */
  schema: string;
  /** MySQL and MariaDB. */
  socketPath: string;
  /** SQLite, absolute. */
  filename: string;
}

/** What of Knex's client matters here. */
export interface KnexClient {
  /** As Knex resolved it: a connection string and the answer of a function are an object by now. */
  connectionSettings?: Settings;
  /** The database driver's module. */
  driver?: unknown;
}

export type Settings = Partial<Record<keyof DatabasePlace | 'connectionString' | 'uri', string | number>>;

/** What `pg` makes of settings; all but a socket, which it opens on `connect`. */
interface PgDriver {
  Client: new (settings: object) => {
    host: string;
    port: number;
    database: string;
    connectionParameters: { options?: string };
  };
}

export const NOWHERE: DatabasePlace = { host: '', port: '', database: '', schema: '', socketPath: '', filename: '' };

/**
 * Reads where the database is as its driver does.
 *
 * @param client as Strapi names it
 * @throws what the driver throws at settings that it cannot read
 */
export function placeOf(client: string, { connectionSettings = {}, driver }: KnexClient): DatabasePlace {
  if (client === 'postgres') return onPostgres(connectionSettings, driver as PgDriver);
  return client === 'mysql' ? onMysql(connectionSettings) : onSqlite(connectionSettings);
}

/** `pg` reads connection strings, `?host=` and the environment (`PGHOST`) itself, each in its own order of rank. */
function onPostgres(settings: Settings, driver: PgDriver): DatabasePlace {
  // A stream of the user's own would be opened here; where it leads does not depend on the address anyway.
  const { host, port, database, connectionParameters } = new driver.Client({ ...settings, stream: undefined });
  const searchPath = /search_path\s*=\s*(\S+)/.exec(connectionParameters.options ?? '')?.[1];
  const schema = text(settings.schema) || (searchPath ?? '');
  return { ...NOWHERE, host, port: text(port), database, schema };
}

/** mysql2 prefers what stands beside `uri`, and asks no host where there is a socket. */
function onMysql(settings: Settings): DatabasePlace {
  const { host, port, database } = { ...(settings.uri && fromUri(text(settings.uri))), ...settings };
  if (settings.socketPath) return { ...NOWHERE, socketPath: text(settings.socketPath), database: text(database) };
  return { ...NOWHERE, host: text(host), port: text(port), database: text(database) };
}

function fromUri(uri: string): Settings {
  const { hostname, port, pathname } = new URL(uri);
  return { host: decodeURIComponent(hostname), port, database: decodeURIComponent(pathname.slice(1)) };
}

function onSqlite({ filename }: Settings): DatabasePlace {
  return { ...NOWHERE, filename: filename ? resolve(text(filename)) : '' };
}

const text = (value: string | number | undefined) => String(value ?? '');
