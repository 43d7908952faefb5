import { candidates, findServers, isWanted, SERVER_CLIENTS } from './database-servers';
import { findPgBouncer } from './pgbouncer';
import { prepareApp } from './test-app';

/** Once per jest run that has integration tests in it. */
export default async function setUp(): Promise<void> {
  const servers = await findServers();
  const absent = SERVER_CLIENTS.filter((client) => isWanted(client) && !servers[client]);
  if (absent.length > 0 && process.env.REQUIRE_SERVICES === '1') {
    const tried = absent.flatMap((client) =>
      candidates(client).map(({ user, host, port }) => `${client} as ${user} at ${host}:${port}`),
    );
    throw new Error(
      `REQUIRE_SERVICES=1, but nothing answered: ${tried.join(', ')}. ` +
        'Start the servers, or name them with PGHOST, PGPORT, PGUSER, PGPASSWORD and MYSQL_HOST, MYSQL_PORT, MYSQL_USER, MYSQL_PASSWORD.',
    );
  }
  if (isWanted('postgres') && findPgBouncer() === null && process.env.REQUIRE_SERVICES === '1') {
    throw new Error('REQUIRE_SERVICES=1, but there is no pgbouncer on the PATH or in /usr/sbin. Install the package.');
  }
  prepareApp();
}
