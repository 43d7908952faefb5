import { randomBytes } from 'node:crypto';
import {
  MAX_CHUNK_BYTES,
  MAX_LINE_BYTES,
  type DeviceImport,
  type ImportDetail,
} from '../../../server/admin-api/contract';
import { parseMovedDevice } from '../../../server/content-api/parse';
import { createCapacity, createImports } from '../../../server/devices';
import type { Services } from '../../../server/services';
import { TABLES, type DeviceRow } from '../../../server/store/tables';
import { eachDatabase } from '../databases';
import { servicesOf } from '../services-of';
import { PINNED, startAdminScene, type AdminScene } from './admin-scene';

const newToken = () => randomBytes(32).toString('hex');
const device = (fields: object = {}) => ({ app: PINNED, environment: 'production', token: newToken(), ...fields });
const jsonLine = (fields: object = {}) => JSON.stringify(device(fields));

eachDatabase((database) => {
  let scene: AdminScene;
  let services: Services;
  beforeAll(async () => {
    scene = await startAdminScene({ database });
    services = servicesOf(scene.booted.strapi);
  });
  afterAll(() => scene.stop());

  const devices = () => services.store.knex<DeviceRow>(TABLES.devices);
  const byToken = (token: string) => devices().where({ token }).first();
  const begin = async (size: number, mark = randomBytes(16).toString('hex')) =>
    (await scene.call<DeviceImport>('POST', '/imports', { name: 'devices.ndjson', size, mark })).body.data;
  const send = (id: number, offset: number, text: string, bytes = Buffer.byteLength(text)) =>
    scene.call<DeviceImport>('POST', `/imports/${id}/lines`, { offset, bytes, text });
  const detail = async (id: number, query = '') =>
    (await scene.call<ImportDetail>('GET', `/imports/${id}${query}`)).body.data;
  async function takeIn(text: string) {
    const { id } = await begin(Buffer.byteLength(text));
    const { status, body } = await send(id, 0, text);
    expect(status).toBe(200);
    return body.data;
  }

  it('takes in each device with what the file says of it', async () => {
    const one = device({
      locale: 'pt_BR',
      tags: ['sport', 'vip'],
      registeredAt: 1_700_000_000_000,
      seenAt: 1_710_000_000_000,
    });
    const two = device({ seenAt: 9_000_000_000_000 });
    const before = services.store.now();
    // A byte order mark, CRLF, an empty line, the end of an export, and no line break at the end.
    const text = `\uFEFF${JSON.stringify(one)}\r\n\r\n{"end":true,"devices":2}\n${JSON.stringify(two)}`;
    expect(await takeIn(text)).toMatchObject({
      lines: 4,
      added: 2,
      updated: 0,
      refused: 0,
      offset: Buffer.byteLength(text),
    });
    const row = (await byToken(one.token)) as DeviceRow;
    expect(row).toMatchObject({ locale: 'pt-br', accepted: 0, refusals: 0 });
    expect([Number(row.registered_at), Number(row.seen_at)]).toEqual([1_700_000_000_000, 1_710_000_000_000]);
    expect(
      await services.store.knex(TABLES.deviceTags).where({ device_id: row.id }).orderBy('tag').pluck('tag'),
    ).toEqual(['sport', 'vip']);
    const seen = Number(((await byToken(two.token)) as DeviceRow).seen_at);
    expect(seen).toBeGreaterThanOrEqual(before);
    expect(seen).toBeLessThanOrEqual(services.store.now());
  });

  it('updates a device that is known, and leaves its secret and what APNs said of it alone', async () => {
    const { token } = device();
    const said = await services.devices.register({
      app: PINNED,
      environment: 'production',
      token,
      locale: 'en',
      tags: ['a'],
    });
    if (said.kind !== 'registered') throw new Error('The device did not register.');
    await devices().where({ token }).update({ accepted: 1, refusals: 1 });
    const line = {
      app: PINNED,
      environment: 'production',
      token: token.toUpperCase(),
      tags: ['b'],
      seenAt: 1_000_000_000_000,
    };
    expect(await takeIn(`${JSON.stringify(line)}\n`)).toMatchObject({ added: 0, updated: 1 });
    expect(await devices().where({ token })).toMatchObject([
      { locale: 'en', accepted: 1, refusals: 1, public_id: said.id },
    ]);
    expect(Number((await byToken(token))?.seen_at)).toBeGreaterThan(1_000_000_000_000);
    expect(await services.devices.prove(said.id, said.secret)).not.toBeNull();
    const { devices: listed } = await services.devices.list({ page: 1, pageSize: 1, search: said.id });
    expect(listed[0].tags).toEqual(['b']);
  });

  it('leaves a device to its app, which takes it over when it registers', async () => {
    const { token } = device();
    await takeIn(`${JSON.stringify({ app: PINNED, environment: 'production', token, tags: ['old'] })}\n`);
    const row = (await byToken(token)) as DeviceRow;
    const said = await services.devices.register({ app: PINNED, environment: 'production', token });
    if (said.kind !== 'registered') throw new Error('The device did not register.');
    expect(said.id).toBe(row.public_id);
    expect(await services.devices.prove(said.id, said.secret)).not.toBeNull();
    expect(await devices().where({ token })).toHaveLength(1);
  });

  it('counts a device that a file names twice once, as its later line says', async () => {
    const { token } = device();
    const line = (fields: object) => JSON.stringify({ app: PINNED, environment: 'production', token, ...fields });
    const text = `${line({ locale: 'de', tags: ['a'] })}\n${line({ locale: 'fr' })}\n`;
    expect(await takeIn(text)).toMatchObject({ added: 1, updated: 1 });
    expect(await devices().where({ token })).toMatchObject([{ locale: 'fr' }]);
  });

  const whole = newToken();
  it.each<[string, string, string, RegExp]>([
    ['no JSON', '{"app":', 'line', /^The line is no JSON\.$/],
    ['no object', '[1]', 'line', /^The line must be a JSON object: one device\.$/],
    ['a NUL', `{"app":"${PINNED}\\u0000","environment":"production","token":"${whole}"}`, 'app', /^app must be /],
    ['broken UTF-8', jsonLine({ locale: '\uFFFD' }), 'line', /no UTF-8/],
    ['a huge line', jsonLine({ tags: ['x'.repeat(MAX_LINE_BYTES)] }), 'line', /longer than 16384 bytes/],
    ['deep JSON', `{"tags":${'['.repeat(8_000)}${']'.repeat(8_000)}}`, 'app', /^app must be /],
    [
      'an unknown app',
      jsonLine({ app: 'com.example.unknown' }),
      'app',
      /no app with the bundle id "com\.example\.unknown"/,
    ],
    ['a lane without a key', jsonLine({ environment: 'development' }), 'environment', /no APNs key for sandbox/],
    ['a wrong environment', jsonLine({ environment: 'beta' }), 'environment', /^environment must be "production"/],
    ['an FCM token', jsonLine({ token: 'dKx3:APA91bH-xyz_0123' }), 'token', /^token must be the device token as hex/],
    ['a wrong locale', jsonLine({ locale: 'english please' }), 'locale', /^locale must be a language tag/],
    ['a wrong tag', jsonLine({ tags: ['ok', 'not ok'] }), 'tags.1', /^tags\.1 must be 1 to 64 characters/],
    ['seconds', jsonLine({ seenAt: 1_700_000_000 }), 'seenAt', /milliseconds since 1970, not seconds/],
    ['an unknown field', jsonLine({ secret: 'x' }), 'secret', /^secret is not known here/],
    ['a token as a name', jsonLine({ [whole]: 'x' }), 'line', /field that is not known here/],
    ['a token as an app', jsonLine({ app: whole }), 'app', /"…[0-9a-f]{6}"/],
  ])('refuses %s and goes on with the next line', async (_, bad, field, sentence) => {
    const good = newToken();
    const text = `${bad}\n${jsonLine({ token: good })}\n`;
    const { id, ...taken } = await takeIn(text);
    expect(taken).toMatchObject({ lines: 2, added: 1, refused: 1 });
    const { refusedLines } = await detail(id);
    expect(refusedLines).toMatchObject([{ line: 1, field, message: expect.stringMatching(sentence) as string }]);
    expect(JSON.stringify(refusedLines)).not.toContain(whole);
    expect(await byToken(good)).toBeDefined();
  });

  it('takes a piece twice without doing anything twice, and says of a wrong byte which is right', async () => {
    const [first, second] = [`${jsonLine()}\nnonsense\n`, `${jsonLine()}\n`];
    const size = Buffer.byteLength(first + second);
    const { id } = await begin(size);
    const once = (await send(id, 0, first)).body.data;
    expect((await send(id, 0, first)).body.data).toEqual(once);
    const right = Buffer.byteLength(first);
    for (const offset of [1, right - 1, right + 1]) {
      const { status, body } = await send(id, offset, second, Math.min(size - offset, right));
      expect({ status, offset: (body.error?.details as { offset?: number }).offset }).toEqual({
        status: 409,
        offset: right,
      });
    }
    expect((await send(id, right, second)).body.data).toMatchObject({ lines: 3, added: 2, refused: 1, offset: size });
    expect(await detail(id)).toMatchObject({ finishedAt: expect.any(Number) as number, refusedLines: [{ line: 2 }] });
  });

  it('goes on with a file that was begun before, and begins one that is finished anew', async () => {
    const mark = randomBytes(16).toString('hex');
    const text = `${jsonLine()}\n`;
    const size = 2 * text.length;
    const { id } = await begin(size, mark);
    await send(id, 0, text);
    expect(await begin(size, mark)).toMatchObject({ id, offset: text.length, added: 1 });
    expect((await begin(size + 1, mark)).id).not.toBe(id);
    await send(id, text.length, text.replace(/"token":"../, '"token":"ab'));
    expect((await begin(size, mark)).id).not.toBe(id);
  });

  it('does each line once when two processes take in the same piece', async () => {
    const lines = Array.from({ length: 700 }, (_, n) => (n % 100 === 7 ? 'nonsense' : jsonLine({ tags: ['many'] })));
    const text = `${lines.join('\n')}\n`;
    const { id } = await begin(Buffer.byteLength(text));
    const { store, registry } = services;
    const other = createImports({
      store,
      registry,
      capacity: createCapacity({ max: null, now: () => store.now() }),
      parse: parseMovedDevice,
    });
    const chunk = { offset: 0, bytes: Buffer.byteLength(text), text };
    const ended = await Promise.all([services.imports.take(id, chunk), other.take(id, chunk), other.take(id, chunk)]);
    for (const one of ended)
      expect(one).toMatchObject({ lines: 700, added: 693, updated: 0, refused: 7, offset: chunk.bytes });
    const { total } = await services.imports.refusedLines(id, { page: 1, pageSize: 100 });
    expect(total).toBe(7);
  });

  it('goes on after lines of a piece that were taken in before their process died', async () => {
    const lines = Array.from({ length: 500 }, () => jsonLine());
    const text = `${lines.join('\n')}\n`;
    const { id } = await begin(Buffer.byteLength(text));
    let died = false;
    // Dies while it reads a line of the second transaction.
    const dying = createImports({
      store: services.store,
      registry: services.registry,
      capacity: createCapacity({ max: null, now: () => 0 }),
      parse: (line) => {
        if ((line as { token: string }).token === (JSON.parse(lines[300]) as { token: string }).token) {
          died = true;
          throw new Error('killed');
        }
        return parseMovedDevice(line);
      },
    });
    await expect(dying.take(id, { offset: 0, bytes: text.length, text })).rejects.toThrow('killed');
    expect(died).toBe(true);
    expect(await services.imports.find(id)).toMatchObject({ lines: 200, added: 200, offset: 0 });
    // What is sent then need not end where the piece before ended.
    const piece = `${lines.slice(0, 150).join('\n')}\n`;
    expect((await send(id, 0, piece)).body.data).toMatchObject({ lines: 200, offset: piece.length });
    const rest = text.slice(piece.length);
    expect((await send(id, piece.length, rest)).body.data).toMatchObject({ lines: 500, added: 500, updated: 0 });
  });

  it('answers 400 with the field to what is no file and no piece', async () => {
    const { id } = await begin(100);
    const calls: [string, object, string][] = [
      ['/imports', {}, 'name'],
      ['/imports', { name: 'x', size: 0, mark: 'a'.repeat(16) }, 'size'],
      ['/imports', { name: 'x', size: 1, mark: 'no hash' }, 'mark'],
      [`/imports/${id}/lines`, { offset: -1, bytes: 1, text: '\n' }, 'offset'],
      [`/imports/${id}/lines`, { offset: 0, bytes: 101, text: '\n' }, 'bytes'],
      [`/imports/${id}/lines`, { offset: 0, bytes: 10, text: 'half a line' }, 'text'],
      [`/imports/${id}/lines`, { offset: 0, bytes: 10, text: { length: 1 } }, 'text'],
      [`/imports/${id}/lines`, { offset: 0, bytes: 10, text: 'x'.repeat(MAX_CHUNK_BYTES + 1) }, 'text'],
    ];
    for (const [path, body, field] of calls) {
      const { status, body: answer } = await scene.call('POST', path, body);
      const { errors } = answer.error?.details as { errors: { path: string[] }[] };
      expect([status, errors[0].path[0]]).toEqual([400, field]);
    }
    expect((await scene.call('POST', '/imports/999999/lines', { offset: 0, bytes: 1, text: '\n' })).status).toBe(404);
    expect((await scene.call('GET', '/imports/999999')).status).toBe(404);
  });

  it('takes a NUL in a file name and an odd letter in a line', async () => {
    const { status } = await scene.call('POST', '/imports', { name: 'a\u0000b.ndjson', size: 1, mark: 'a'.repeat(16) });
    expect(status).toBe(200);
    expect(await takeIn('\u0000\ud800\n')).toMatchObject({ refused: 1 });
  });

  it('answers no whole token', async () => {
    const tokens = await devices().pluck('token');
    expect(tokens.length).toBeGreaterThan(0);
    const all = scene.answers.join('\n');
    expect(tokens.filter((token) => all.includes(token))).toEqual([]);
    expect(all).not.toContain(whole);
  });
});

eachDatabase((database) => {
  it('takes no more devices than registration.maxDevices', async () => {
    const scene = await startAdminScene({ database, config: { registration: { maxDevices: 3 } } });
    try {
      const lines = Array.from({ length: 5 }, () => jsonLine());
      const text = `${lines.join('\n')}\n${lines[0]}\n`;
      const { id } = (
        await scene.call<DeviceImport>('POST', '/imports', { name: 'x', size: text.length, mark: 'b'.repeat(32) })
      ).body.data;
      const { body } = await scene.call<DeviceImport>('POST', `/imports/${id}/lines`, {
        offset: 0,
        bytes: text.length,
        text,
      });
      expect(body.data).toMatchObject({ added: 3, updated: 1, refused: 2 });
      const { data } = (await scene.call<ImportDetail>('GET', `/imports/${id}`)).body;
      expect(data.refusedLines.map(({ line, message }) => [line, /maxDevices/.test(message)])).toEqual([
        [4, true],
        [5, true],
      ]);
    } finally {
      await scene.stop();
    }
  });
});
