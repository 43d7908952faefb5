import type { Knex } from 'knex';
import { migrate } from '../../server/store/migrate';
import { MIGRATIONS } from '../../server/store/migrations';
import { TABLES, type ChangeRow } from '../../server/store/tables';
import { isWanted, knownServers } from './database-servers';
import { createDatabase, type TestDatabase } from './databases';
import { openDatabase } from './open-database';
import { findPgBouncer, startPgBouncer, type PgBouncer } from './pgbouncer';
import { publishArticle } from '../demo/set-up';
import { BUNDLE_ID, expectEachReachedOnce, pluginConfig, startScene, type Scene } from './scene';
import { bootStrapi } from './strapi';
import { startProcess, type StrapiProcess } from './strapi-process';
import { until } from '../until';

const SCHEMA = 'cms';
const DEVICES = 300;
const ACTIONS = ['device.register', 'device.update', 'device.delete', 'changes.find'] as const;

const server = isWanted('postgres') ? knownServers().postgres : null;
const missing = [!server && 'PostgreSQL', !findPgBouncer() && 'pgbouncer'].filter(Boolean).join(', ');
const title = 'in a schema of its own behind PgBouncer in transaction mode';

(missing ? describe.skip : describe)(missing ? `${title} (skipped: no ${missing})` : title, () => {
  let direct: TestDatabase;
  let pooler: PgBouncer;
  let knex: Knex;
  let scene: Scene;
  let other: StrapiProcess;

  beforeAll(async () => {
    direct = await createDatabase('postgres');
    knex = openDatabase(direct);
    await knex.raw(`create schema ${SCHEMA}`);
    pooler = await startPgBouncer(server!);
    const env = {
      ...direct.env,
      DATABASE_HOST: pooler.host,
      DATABASE_PORT: String(pooler.port),
      DATABASE_SCHEMA: SCHEMA,
    };
    const database = { ...direct, env };
    const first = await bootStrapi({ database, env: { BACKGROUND_PUSH_ENABLED: 'false' }, listen: false });
    await first.stop();
    scene = await startScene({ database });
    other = await startProcess({ database, config: pluginConfig(scene.simulators) });
    await pooler.scatter();
    // Three Strapis start in here, the first of them on an empty database.
  }, 300_000);
  afterAll(async () => {
    await other?.kill('SIGTERM');
    await scene?.stop();
    await knex?.destroy();
    await pooler?.stop();
    await direct?.drop();
  });
  beforeEach(() => scene.reset());

  it('makes every table in the schema, and none outside', async () => {
    await knex.raw('create schema another');
    const pooled = openDatabase(scene.booted.database);
    const migrated = migrate({ knex: pooled, client: 'postgres', schemaName: 'another' });
    expect(await migrated.finally(() => pooled.destroy())).toEqual(MIGRATIONS.map(({ name }) => name));
    const tables = await knex('pg_tables').whereLike('tablename', 'background_push_%').pluck('schemaname');
    expect(new Set(tables)).toEqual(new Set([SCHEMA, 'another']));
    // Knex has two of its own.
    expect(tables.filter((schema) => schema === 'another')).toHaveLength(Object.keys(TABLES).length + 2);
  });

  it('publishes, delivers, and shows both', async () => {
    const tokens = await scene.addDevices(DEVICES);
    await scene.publish();
    const push = await scene.finished(1);
    expectEachReachedOnce(scene.simulators.production, tokens, push);
    const overview = await scene.services.overview.read();
    expect(overview.apps[0].lanes.map(({ devices }) => devices)).toEqual([DEVICES, 0]);
    expect(await scene.services.devices.list({ page: 1, pageSize: 1, search: tokens[0].slice(-6) })).toMatchObject({
      total: 1,
      devices: [{ bundleId: BUNDLE_ID }],
    });
  });

  it('registers, changes and deletes a device, and hands the changes over', async () => {
    const { request } = scene.booted;
    await scene.booted.grantPublic(ACTIONS);
    const device = { app: BUNDLE_ID, environment: 'production', token: 'ab'.repeat(32), tags: ['sport'] };
    const { body } = await request.post('/api/background-push/devices').send(device).expect(201);
    const { id, secret, epoch } = (body as { data: { id: string; secret: string; epoch: string } }).data;
    const its = `/api/background-push/devices/${id}`;
    await request
      .put(its)
      .set('x-device-secret', secret)
      .send({ locale: 'de', tags: ['news'] })
      .expect(200);
    await scene.publish();
    const push = await scene.finished(1);
    const feed = `/api/background-push/changes?app=${BUNDLE_ID}&epoch=${epoch}&since=${push.rev - 1}`;
    await request
      .get(feed)
      .expect(200)
      .expect(({ body: answer }) => expect((answer as { data: unknown[] }).data).toHaveLength(1));
    await request.delete(its).set('x-device-secret', secret).expect(204);
  });

  it('pauses, resumes and cancels', async () => {
    const { id } = await scene.lane();
    await scene.addDevices(1);
    await scene.services.control.pause(id, 'the test');
    await scene.publish();
    await scene.paused(true);
    await scene.services.control.resume(id, 'the test');
    await scene.finished(1);
  });

  it('numbers and delivers what another process logged', async () => {
    const [token] = await scene.addDevices(1);
    const logged = async () => knex<ChangeRow>(`${SCHEMA}.${TABLES.changes}`).where({ action: 'publish' });
    const before = (await logged()).length;
    await publishArticle(await other.admin());
    const change = await until(async () => (await logged()).find(({ rev }, n) => n >= before && rev !== null), {
      what: 'A number for the change',
    });
    await until(async () => (await scene.lane()).handled >= Number(change.rev), { within: 30_000, what: 'The push' });
    expect(scene.simulators.production.accepted().get(token)).toBe(1);
  });
});
