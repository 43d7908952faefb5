import { randomBytes } from 'node:crypto';
import { MAX_ERASED, type DeviceImport } from '../../../server/admin-api/contract';
import { hashToken } from '../../../server/devices';
import type { Services } from '../../../server/services';
import { TABLES, type ActRow, type DeviceRow, type PushRow, type ShardRow } from '../../../server/store/tables';
import { eachDatabase } from '../databases';
import { pushRow } from '../scene';
import { servicesOf } from '../services-of';
import { PINNED, startAdminScene, type AdminScene } from './admin-scene';

const newToken = () => randomBytes(32).toString('hex');
/** More than one page. */
const MANY = 1_203;

eachDatabase((database) => {
  let scene: AdminScene;
  let services: Services;
  beforeAll(async () => {
    scene = await startAdminScene({ database });
    services = servicesOf(scene.booted.strapi);
  });
  afterAll(() => scene.stop());

  const knex = () => services.store.knex;
  const lane = () => services.registry.lane(PINNED, 'production')!;
  const lineOf = (token: string, n = 0) => ({
    app: PINNED,
    environment: 'production',
    token,
    locale: n % 3 === 0 ? null : 'de-at',
    tags: n % 2 === 0 ? ['a', 'b'] : [],
    registeredAt: 1_600_000_000_000 + n,
    seenAt: 1_700_000_000_000 + n,
  });
  async function takeIn(text: string) {
    const { id } = await services.imports.start({ name: 'x', size: text.length, mark: newToken(), by: 'A' });
    return services.imports.take(id, { offset: 0, bytes: text.length, text });
  }
  async function exported(query = '') {
    const answer = await fetch(`${scene.booted.url}/background-push/devices/export${query}`, {
      headers: { authorization: `Bearer ${scene.superAdmin.token}` },
    });
    const text = await answer.text();
    return { status: answer.status, type: answer.headers.get('content-type'), text, lines: text.trim().split('\n') };
  }
  const erase = (body: object) => scene.call<{ erased: number }>('POST', '/devices/erase', body);
  const holders = async (...texts: string[]) => {
    const found: string[] = [];
    for (const table of Object.values(TABLES)) {
      const rows = JSON.stringify(await knex()(table));
      if (texts.some((text) => rows.includes(text))) found.push(table);
    }
    return found;
  };

  it('exports each device once and says that the file is whole; imported again it is the same', async () => {
    const lines = Array.from({ length: MANY }, (_, n) => lineOf(newToken(), n));
    await takeIn(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const first = await exported();
    expect(first).toMatchObject({ status: 200, type: expect.stringContaining('application/x-ndjson') as string });
    expect(first.lines.slice(0, -1).map((line) => JSON.parse(line) as unknown)).toEqual(lines);
    expect(JSON.parse(first.lines.at(-1) as string)).toEqual({ end: true, devices: MANY });
    await knex()(TABLES.devices).delete();
    expect(await takeIn(first.text)).toMatchObject({
      lines: MANY + 1,
      added: MANY,
      refused: 0,
    } satisfies Partial<DeviceImport>);
    expect((await exported()).text).toBe(first.text);
  });

  it('exports one lane alone, and writes down who did', async () => {
    const other = await exported(`?lane=${services.registry.lane(PINNED, 'sandbox')!.id}`);
    expect(other.lines.map((line) => JSON.parse(line) as unknown)).toEqual([{ end: true, devices: 0 }]);
    const [act] = await knex()<ActRow>(TABLES.acts).orderBy('id', 'desc').limit(1);
    expect(act).toMatchObject({ act: 'export-devices', done_by: 'Ada Lovelace' });
    expect((await exported('?lane=99999')).status).toBe(400);
    expect((await exported('?lane=x')).status).toBe(400);
  });

  it('erases devices by id and by token from every table', async () => {
    const tokens = [newToken(), newToken(), newToken()];
    await takeIn(tokens.map((token) => `${JSON.stringify(lineOf(token))}\n`).join(''));
    const rows = await knex()<DeviceRow>(TABLES.devices).whereIn('token', tokens).orderBy('id');
    await knex()(TABLES.pushes).insert(
      pushRow(lane().id, services.store.now(), { state: 'finished' } as Partial<PushRow>),
    );
    const push = (await knex()<PushRow>(TABLES.pushes).orderBy('id', 'desc').first('id'))!;
    await knex()<ShardRow>(TABLES.shards).insert({
      ...{ push_id: push.id, seq: 0, canary: 0, lo: 0, hi: 1, cursor: 1, state: 'done', due_at: 0, reasons: '{}' },
    });
    const shard = (await knex()<ShardRow>(TABLES.shards).orderBy('id', 'desc').first('id'))!;
    for (const { id, token, token_hash } of rows) {
      const ofPush = { push_id: push.id, device_id: id };
      await knex()(TABLES.retries).insert({ ...ofPush, shard_id: shard.id, token_hash, cause: 'unsent', due_at: 9e12 });
      const tail = { lane_id: lane().id, status: 400, reason: 'BadDeviceToken', token_tail: token.slice(-6), at: 1 };
      await knex()(TABLES.failureSamples).insert({ ...ofPush, ...tail });
    }
    const [byId, byToken, kept] = rows;
    expect((await erase({ ids: [byId.public_id, '00000000-0000-4000-8000-000000000000'] })).body.data).toEqual({
      erased: 1,
    });
    expect((await erase({ tokens: [byToken.token.toUpperCase(), byToken.token] })).body.data).toEqual({ erased: 1 });
    expect((await erase({ ids: [byId.public_id] })).body.data).toEqual({ erased: 0 });
    for (const { public_id, token } of [byId, byToken]) {
      expect(await holders(public_id, token, hashToken(token), token.slice(-6))).toEqual([]);
    }
    expect(await knex()(TABLES.deviceTags).whereIn('device_id', [byId.id, byToken.id])).toEqual([]);
    expect(await knex()(TABLES.failureSamples).pluck('device_id')).toEqual([kept.id]);
    expect(await holders(kept.token_hash)).toEqual([TABLES.devices, TABLES.retries]);
    const acts = await knex()<ActRow>(TABLES.acts).where({ act: 'erase-devices' }).pluck('params');
    expect(acts).toEqual(['{"devices":1}', '{"devices":1}']);
  });

  it('answers 400 with the field to what names no devices', async () => {
    const calls: [object, string][] = [
      [{}, 'ids'],
      [{ ids: [] }, 'ids'],
      [{ ids: { length: 1 } }, 'ids'],
      [{ ids: ['x'] }, 'ids'],
      [{ tokens: ['no hex'] }, 'tokens'],
      [{ tokens: Array.from({ length: MAX_ERASED + 1 }, () => 'ab'.repeat(32)) }, 'tokens'],
      [{ ids: ['00000000-0000-4000-8000-000000000000'], tokens: ['ab'.repeat(32)] }, 'ids'],
    ];
    for (const [body, field] of calls) {
      const { status, body: answer } = await erase(body);
      const { errors } = answer.error?.details as { errors: { path: string[] }[] };
      expect([status, errors[0].path[0]]).toEqual([400, field]);
    }
  });
});
