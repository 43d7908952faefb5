import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import knex, { type Knex } from 'knex';
import { createClock } from '../../server/store/clock';
import { freePort } from './free-port';
import { until } from '../until';

const MARIADBD = ['/usr/sbin/mariadbd', '/usr/bin/mariadbd'].find((file) => existsSync(file));
/** MariaDB refuses to run as root; this is `nobody` on Debian. */
const NOBODY = 65_534;
const MINUTE_MS = 60_000;

/** A MariaDB of the test's own, without any table: only how it tells the time counts here. */
async function startMariaDb(program: string, timeZone: string): Promise<{ connection: Knex; stop(): Promise<void> }> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'bgp-clock-'));
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (identity.uid) chownSync(directory, identity.uid, identity.gid);
  chmodSync(directory, 0o700);
  const port = await freePort();
  const options = [
    '--no-defaults',
    '--skip-grant-tables',
    '--skip-innodb',
    '--default-storage-engine=Aria',
    `--datadir=${directory}`,
    `--socket=${path.join(directory, 'socket')}`,
    '--skip-networking=0',
    '--bind-address=127.0.0.1',
    `--port=${port}`,
  ];
  const child = spawn(program, options, { ...identity, env: { TZ: timeZone }, stdio: 'ignore' });
  const exited = once(child, 'exit');
  // One connection: what is set on it is meant for the clock that reads from it.
  const pool = { min: 0, max: 1 };
  const connection = knex({ client: 'mysql2', connection: { host: '127.0.0.1', port, user: 'root' }, pool });
  const stop = async () => {
    await connection.destroy();
    child.kill('SIGKILL');
    await exited;
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await until(async () => connection.raw('select 1'), { within: 60_000, what: 'A MariaDB' });
  } catch (error) {
    await stop();
    throw error;
  }
  return { connection, stop };
}

const title = 'in Berlin, on MariaDB';
(MARIADBD ? describe : describe.skip)(MARIADBD ? title : `${title} (skipped: no mariadbd)`, () => {
  let server: Awaited<ReturnType<typeof startMariaDb>>;
  beforeAll(async () => {
    server = await startMariaDb(MARIADBD!, 'Europe/Berlin');
  });
  afterAll(() => server?.stop());

  // At 3:00 the clocks go back to 2:00, and 2:30 comes twice.
  it.each([
    ['half past one', Date.UTC(2026, 9, 24, 23, 30)],
    ['the first half past two', Date.UTC(2026, 9, 25, 0, 30)],
    ['the second half past two', Date.UTC(2026, 9, 25, 1, 30)],
    ['half past three', Date.UTC(2026, 9, 25, 2, 30)],
  ])('the store’s clock is right at %s in the night that summer time ends', async (_, time) => {
    await server.connection.raw('set timestamp = ?', [time / 1_000]);
    const clock = createClock({ knex: server.connection, client: 'mysql' });
    await clock.synchronise();
    expect(Math.abs(clock.now() - time)).toBeLessThan(10 * MINUTE_MS);
  });
});
