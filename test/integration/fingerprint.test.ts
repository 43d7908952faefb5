import knex, { type Knex } from 'knex';
import { placeOf, type KnexClient, type Settings } from '../../server/store/database-place';
import { fingerprintOf, formerFingerprintOf } from '../../server/store/fingerprint';

const DRIVERS = { postgres: 'pg', mysql: 'mysql2' } as const;
type Server = keyof typeof DRIVERS;

/** The fingerprint of an installation whose database is configured so. Nothing is connected. */
function fingerprint(client: Server, connection: Knex.Config['connection'], url = ''): string {
  const pool = knex({ client: DRIVERS[client], connection });
  const place = placeOf(client, pool.client as KnexClient);
  return fingerprintOf({ instance: null, url, client, place, appKey: 'key' });
}

const server = { host: 'db.example.com', port: 5432, database: 'strapi', user: 'me', password: 'secret' };

// Where the tests' own database is, the driver would take for what a connection does not name.
const before = { ...process.env };
beforeAll(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('PG')) delete process.env[name];
});
afterAll(() => void Object.assign(process.env, before));

it.each<[string, Server, Knex.StaticConnectionConfig & object, Knex.StaticConnectionConfig & object]>([
  ['another schema', 'postgres', server, { ...server, schema: 'copy' } as object],
  [
    'another schema in the search path',
    'postgres',
    { connectionString: 'postgresql://me@db/strapi' },
    { connectionString: 'postgresql://me@db/strapi?options=-c%20search_path%3Dcopy' },
  ],
  [
    'another ?host=',
    'postgres',
    { connectionString: 'postgresql://me@/strapi?host=/cloudsql/one' },
    { connectionString: 'postgresql://me@/strapi?host=/cloudsql/two' },
  ],
  ['another database', 'postgres', server, { ...server, database: 'copy' }],
  ['another port', 'mysql', { ...server, port: 3306 }, { ...server, port: 3307 }],
  ['another socket', 'mysql', { socketPath: '/run/one', database: 'a' }, { socketPath: '/run/two', database: 'a' }],
  ['another uri', 'mysql', { uri: 'mysql://me@one/strapi' } as object, { uri: 'mysql://me@two/strapi' } as object],
])('a copy is told by %s (%s)', (_, client, original, copy) => {
  expect(fingerprint(client, copy)).not.toBe(fingerprint(client, original));
});

it.each<[string, Knex.Config['connection']]>([
  ['in parts', server],
  ['with another user and password', { ...server, user: 'you', password: 'p%40ss' }],
  ['as a connection string', { connectionString: 'postgresql://me:secret@db.example.com:5432/strapi' }],
  ['as a bare string', 'postgresql://me:secret@db.example.com/strapi'],
  ['with odd characters in the password', { connectionString: 'postgres://me:100% s^re @db.example.com/strapi' }],
  ['with the host as a parameter', { connectionString: 'postgresql://me@/strapi?host=db.example.com' }],
])('the same PostgreSQL database has one fingerprint, written %s', (_, connection) => {
  expect(fingerprint('postgres', connection)).toBe(fingerprint('postgres', server));
});

it('reads what a connection function answers', async () => {
  const place = async (database: string) => {
    const pool = knex({ client: 'better-sqlite3', connection: () => ({ filename: ':memory:', database }) });
    try {
      await pool.raw('select 1');
      const { connectionSettings } = pool.client as KnexClient;
      return placeOf('mysql', { connectionSettings });
    } finally {
      await pool.destroy();
    }
  };
  expect(await place('one')).not.toEqual(await place('two'));
});

it.each<[string, Settings, string | null]>([
  ['in parts', { host: 'db', port: 5432, database: 'strapi' }, 'parts'],
  ['as a connection string', { connectionString: 'postgresql://me:secret@db:5432/strapi' }, 'parts'],
  ['as nothing that version could read', { connectionString: 'postgresql://user@/db?host=/var/run/postgresql' }, null],
])('knows the fingerprint that version 0.1 made, from a database configured %s', (_, settings, known) => {
  const facts = { instance: null, url: 'https://cms.example.com', client: 'postgres', appKey: 'key' };
  const expected = known && formerFingerprintOf(facts, { host: 'db', port: '5432', database: 'strapi' });
  expect(formerFingerprintOf(facts, settings)).toBe(expected);
});
