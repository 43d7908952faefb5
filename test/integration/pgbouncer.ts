import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import knex from 'knex';
import type { DatabaseServer } from './database-servers';
import { freePort } from './free-port';
import { until } from '../until';

/** PgBouncer refuses to run as root; this is `nobody` on Debian. */
const NOBODY = 65_534;

export interface PgBouncer {
  host: string;
  port: number;
  /**
   * From now on there are many connections, and what a session has set is taken off after each transaction. At first
   * there is one, which keeps it: Strapi's own start needs that, and mostly has it by luck.
   */
  scatter(): Promise<void>;
  stop(): Promise<void>;
}

/** @returns the program's path; null where it is not installed */
export function findPgBouncer(): string | null {
  const directories = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin'];
  return directories.map((directory) => path.join(directory, 'pgbouncer')).find((file) => existsSync(file)) ?? null;
}

/** Starts PgBouncer in front of a server, in transaction mode: each transaction may run on another connection. */
export async function startPgBouncer(server: DatabaseServer): Promise<PgBouncer> {
  const program = findPgBouncer();
  if (program === null) throw new Error('There is no pgbouncer on the PATH or in /usr/sbin.');
  const port = await freePort();
  const directory = mkdtempSync(path.join(os.tmpdir(), 'bgp-pgbouncer-'));
  const file = path.join(directory, 'pgbouncer.ini');
  writeFileSync(file, configuration(server, port, path.join(directory, 'users')));
  writeFileSync(path.join(directory, 'users'), `"${server.user}" "${server.password}"\n`);
  chmodSync(directory, 0o755);
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const child = spawn(program, ['-q', file], { ...identity, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await until(async () => child.exitCode !== null || (await listens(port)), { what: 'PgBouncer' });
    if (child.exitCode !== null) throw new Error(`PgBouncer ended (code ${child.exitCode}).`);
  } catch (error) {
    await stop();
    throw new Error(`${(error as Error).message}\n${said}`, { cause: error });
  }
  return {
    host: '127.0.0.1',
    port,
    async scatter() {
      const connection = { host: '127.0.0.1', port, user: server.user, database: 'pgbouncer' };
      // The version is given because Knex would ask for it, in SQL that PgBouncer's own database does not know.
      const control = knex({ client: 'pg', version: '15', connection, pool: { min: 0, max: 1 } });
      try {
        await control.raw('set server_reset_query_always = 1');
        await control.raw('set default_pool_size = 20');
      } finally {
        await control.destroy();
      }
    },
    stop,
  };
}

function configuration({ host, port, user }: DatabaseServer, listenPort: number, users: string): string {
  return [
    '[databases]',
    `* = host=${host} port=${port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${listenPort}`,
    'unix_socket_dir =',
    'auth_type = trust',
    `auth_file = ${users}`,
    `admin_users = ${user}`,
    'pool_mode = transaction',
    'default_pool_size = 1',
    'server_reset_query = DISCARD ALL',
  ].join('\n');
}

async function listens(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
