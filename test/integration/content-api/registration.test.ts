import { OLD_SECRET_LIFE_MS } from '../../../server/devices/secrets';
import { fromDb } from '../../../server/store/from-db';
import { TABLES, type AppRow, type DeviceRow } from '../../../server/store/tables';
import { eachDatabase } from '../databases';
import { until } from '../../until';
import {
  BARE_BUNDLE_ID,
  bootContentApi,
  BUNDLE_ID,
  namedFields,
  newToken,
  registration,
  type ContentApi,
  type Registered,
} from './content-api';

const BY = 'Ada Lovelace';

const DEVICES = '/api/background-push/devices';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

eachDatabase((database) => {
  let api: ContentApi;
  beforeAll(async () => {
    api = await bootContentApi({ database });
  });
  afterAll(() => api.stop());
  beforeEach(() => api.services.store.knex(TABLES.devices).delete());

  const put = (id: string, secret: string, body: object = {}) =>
    api.request.put(`${DEVICES}/${id}`).set('x-device-secret', secret).send(body);
  const remove = (id: string, secret: string) => api.request.delete(`${DEVICES}/${id}`).set('x-device-secret', secret);
  const rowOf = async (id: string) =>
    fromDb((await api.services.store.knex<DeviceRow>(TABLES.devices).where({ public_id: id }).first())!);
  const tagsOf = async (id: string) => {
    const { devices } = await api.services.devices.list({ page: 1, pageSize: 10, search: id });
    return devices[0].tags;
  };
  /** As if everything about the device had happened so much earlier. */
  const age = (id: string, columns: Partial<DeviceRow>) =>
    api.services.store.knex<DeviceRow>(TABLES.devices).where({ public_id: id }).update(columns);

  describe('a first registration', () => {
    it('answers with id, secret, epoch and the head of the log', async () => {
      const response = await api.request.post(DEVICES).send(registration()).expect(201);
      expect(response.headers['cache-control']).toBe('no-store');
      const app = await api.services.store.knex<AppRow>(TABLES.apps).where({ bundle_id: BUNDLE_ID }).first();
      const { data } = response.body as { data: Registered };
      expect(Object.keys(data).sort()).toEqual(['epoch', 'id', 'rev', 'secret']);
      expect(data).toMatchObject({ epoch: app!.epoch, rev: app!.head });
      expect(data.id).toMatch(UUID);
      expect(Buffer.from(data.secret, 'base64url')).toHaveLength(32);
    });

    it('stores the token in one form, and of the secret only a hash', async () => {
      const token = newToken();
      const { id, secret } = await api.register({
        token: `<${token.toUpperCase().replace(/.{8}/g, '$& ')}>`,
        locale: 'pt_BR',
        tags: ['news', 'sport', 'news'],
      });
      const row = await rowOf(id);
      expect(row).toMatchObject({ token, locale: 'pt-br', accepted: 0, refusals: 0, old_secret_hash: null });
      expect(JSON.stringify(row)).not.toContain(secret);
      expect(await tagsOf(id)).toEqual(['news', 'sport']);
    });

    it('keeps one token in two lanes as two devices', async () => {
      const token = newToken();
      const production = await api.register({ token });
      const sandbox = await api.register({ token, environment: 'sandbox' });
      expect(production.id).not.toBe(sandbox.id);
    });
  });

  describe('what an app holds', () => {
    it('is kept of a registration, and forgotten by the next that does not say it', async () => {
      const body = registration();
      const { id, epoch, rev } = await api.register({ ...body, epoch: 'x', rev: 3, backgroundRefresh: 'denied' });
      expect(await rowOf(id)).toMatchObject({ applied_epoch: 'x', applied_rev: 3, background_refresh: 'denied' });
      await api.register({ ...body, epoch, rev });
      expect(await rowOf(id)).toMatchObject({ applied_epoch: epoch, applied_rev: rev, background_refresh: 'denied' });
      await api.register(body);
      expect(await rowOf(id)).toMatchObject({ applied_epoch: null, applied_rev: null, reported_at: null });
    });

    it('is written a moment after it was said, and answered like any update', async () => {
      const head = await api.publishNotes(1);
      const { id, secret, epoch } = await api.register();
      await age(id, { seen_at: 1, registered_at: 1 });
      const said = { epoch, rev: head, backgroundRefresh: 'available' };
      const response = await put(id, secret, said).expect(200);
      expect(response.body).toEqual({ data: { id, epoch, rev: head, apns: { state: 'untried', at: null } } });
      await until(async () => (await rowOf(id)).applied_rev === head, {
        within: 30_000,
        what: 'the report in its row',
      });
      const row = await rowOf(id);
      expect(row).toMatchObject({ applied_epoch: epoch, background_refresh: 'available', registered_at: 1 });
      expect(row.seen_at).toBeGreaterThan(1);
    });

    it('may come with what else changed', async () => {
      const { id, secret, epoch, rev } = await api.register();
      await put(id, secret, { locale: 'fr', epoch, rev }).expect(200);
      await api.services.reports.flush();
      expect(await rowOf(id)).toMatchObject({ locale: 'fr', applied_epoch: epoch, applied_rev: rev });
    });

    it('is taken from nobody without the secret', async () => {
      const { id, epoch, rev } = await api.register();
      await put(id, 'wrong', { epoch, rev }).expect(404);
      await api.services.reports.flush();
      expect(await rowOf(id)).toMatchObject({ applied_epoch: null });
      expect(namedFields((await put(id, 'wrong', { rev }).expect(400)).body)).toEqual(['epoch']);
    });
  });

  describe('a repeated registration', () => {
    it('is one device, however many race', async () => {
      const body = registration({ tags: ['a', 'b'] });
      const answers = await Promise.all(Array.from({ length: 20 }, () => api.request.post(DEVICES).send(body)));
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
      expect(new Set(answers.map((answer) => (answer.body as { data: Registered }).data.id)).size).toBe(1);
      expect(await api.devices()).toHaveLength(1);
    });

    it('answers with the same shape and a new secret, and the one before stays good until the new one is used', async () => {
      const token = newToken();
      const first = await api.register({ token });
      const second = await api.register({ token });
      expect(Object.keys(second)).toEqual(Object.keys(first));
      expect(second.id).toBe(first.id);
      expect(second.secret).not.toBe(first.secret);
      await put(first.id, first.secret).expect(200);
      await put(first.id, second.secret).expect(200);
      await put(first.id, first.secret).expect(404);
    });

    it('never pushes out the secret that the app used before', async () => {
      const token = newToken();
      const used = await api.register({ token });
      await put(used.id, used.secret).expect(200);
      for (let stranger = 0; stranger < 3; stranger++) await api.register({ token });
      await put(used.id, used.secret).expect(200);
    });

    it('keeps the second of three secrets, and gives the first no more time', async () => {
      const token = newToken();
      const [first, second] = [await api.register({ token }), await api.register({ token })];
      const { old_secret_until: until } = await rowOf(first.id);
      const third = await api.register({ token });
      expect((await rowOf(first.id)).old_secret_until).toBe(until);
      await put(first.id, first.secret).expect(200);
      await put(first.id, second.secret).expect(200);
      await put(first.id, first.secret).expect(404);
      await put(first.id, third.secret).expect(200);
      await put(first.id, second.secret).expect(404);
    });

    it('ends the secret before after a week', async () => {
      const token = newToken();
      const first = await api.register({ token });
      const second = await api.register({ token });
      const { old_secret_until: until } = await rowOf(first.id);
      expect(Number(until)).toBeLessThanOrEqual(api.services.store.now() + OLD_SECRET_LIFE_MS);
      await age(first.id, { old_secret_until: Number(until) - OLD_SECRET_LIFE_MS });
      await put(first.id, first.secret).expect(404);
      await put(first.id, second.secret).expect(200);
    });

    it('clears refusals and says that the device is there; APNs has accepted its token before and after', async () => {
      const token = newToken();
      const { id } = await api.register({ token });
      await age(id, {
        refusals: 2,
        refused_at: 5,
        refused_before: 4,
        refused_push: 1,
        gone_at: 5,
        gone_push: 1,
        accepted: 1,
        registered_at: 5,
        seen_at: 5,
      });
      await api.register({ token });
      const row = await rowOf(id);
      expect(row).toMatchObject({
        refusals: 0,
        refused_at: null,
        refused_before: null,
        refused_push: null,
        gone_at: null,
        gone_push: null,
        accepted: 1,
      });
      expect(Number(row.registered_at)).toBeGreaterThan(5);
      expect(Number(row.seen_at)).toBeGreaterThan(5);
    });

    it('changes locale and tags where it names them', async () => {
      const token = newToken();
      const { id } = await api.register({ token, locale: 'en', tags: ['a'] });
      await api.register({ token });
      expect(await rowOf(id)).toMatchObject({ locale: 'en' });
      expect(await tagsOf(id)).toEqual(['a']);
      await api.register({ token, locale: null, tags: [] });
      expect(await rowOf(id)).toMatchObject({ locale: null });
      expect(await tagsOf(id)).toEqual([]);
    });
  });

  describe('a registration that replaces an earlier one', () => {
    const replace = (old: Registered, fields: object = {}) =>
      api.request
        .post(DEVICES)
        .set('x-device-secret', old.secret)
        .send(registration({ id: old.id, ...fields }));

    it('is the same device under its new token, however often the token changes', async () => {
      const first = await api.register({ tags: ['a'], locale: 'en' });
      let latest = first;
      for (let n = 0; n < 3; n++) {
        const { body } = await replace(latest).expect(201);
        const { data } = body as { data: Registered };
        expect(Object.keys(data).sort()).toEqual(['epoch', 'id', 'rev', 'secret']);
        expect(data.id).toBe(first.id);
        expect(data.secret).not.toBe(latest.secret);
        latest = data;
      }
      expect(await api.devices()).toHaveLength(1);
      expect(await tagsOf(first.id)).toEqual(['a']);
      expect(await rowOf(first.id)).toMatchObject({ locale: 'en', accepted: 0 });
      await put(latest.id, latest.secret).expect(200);
    });

    it('keeps the secret it proved until the new one is used, for its answer may be lost', async () => {
      const first = await api.register();
      await replace(first).expect(201);
      const { body } = await replace(first).expect(201);
      const { data } = body as { data: Registered };
      await put(first.id, first.secret).expect(200);
      await put(first.id, data.secret).expect(200);
      await put(first.id, first.secret).expect(404);
    });

    it('ends what is older than the secret it proved', async () => {
      const token = newToken();
      const [first, second] = [await api.register({ token }), await api.register({ token })];
      await replace(second).expect(201);
      await put(first.id, first.secret).expect(404);
      await put(first.id, second.secret).expect(200);
    });

    it('takes a token that another device holds', async () => {
      const token = newToken();
      await api.register({ token });
      const mine = await api.register();
      await replace(mine, { token }).expect(201);
      expect((await api.devices()).map((row) => [row.public_id, row.token])).toEqual([[mine.id, token]]);
    });

    it.each(['production', 'sandbox'] as const)(
      'happens whole or not at all: when its last statement fails, in %s, every row is as before',
      async (environment) => {
        const { devices, store } = api.services;
        const token = newToken();
        const holder = await api.register({ token });
        const mine = await api.register({ tags: ['a'] });
        const stored = async () => [await api.devices(), await store.knex(TABLES.deviceTags).orderBy('device_id')];
        const before = await stored();
        // The database takes no tag that is null, and tags are written last.
        const broken = { app: BUNDLE_ID, environment, token, tags: [null as unknown as string] };
        await expect(devices.register(broken, await devices.prove(mine.id, mine.secret))).rejects.toThrow();
        expect(await stored()).toEqual(before);
        await put(holder.id, holder.secret).expect(200);
        await put(mine.id, mine.secret).expect(200);
      },
    );

    it('moves to another lane, and the earlier one is gone', async () => {
      const sandbox = await api.register({ environment: 'sandbox' });
      const { body } = await replace(sandbox, { environment: 'production' }).expect(201);
      const { data } = body as { data: Registered };
      expect((await api.devices()).map((row) => row.public_id)).toEqual([data.id]);
      await put(sandbox.id, sandbox.secret).expect(404);
      await put(data.id, data.secret).expect(200);
    });

    it('leaves a device alone whose secret is wrong, and is a first registration', async () => {
      const other = await api.register();
      const { body } = await replace({ ...other, secret: 'wrong' }).expect(201);
      const gone = { ...other, id: '01234567-89ab-4cde-8f01-23456789abcd' };
      await replace(gone).expect(201);
      expect((body as { data: Registered }).data.id).not.toBe(other.id);
      expect(await api.devices()).toHaveLength(3);
      await put(other.id, other.secret).expect(200);
    });

    it('is refused without the secret, and for an id that is none', async () => {
      const { id } = await api.register();
      const bare = await api.request.post(DEVICES).send(registration({ id })).expect(400);
      expect(namedFields(bare.body)).toEqual(['id']);
      const none = await api.request
        .post(DEVICES)
        .set('x-device-secret', 'x')
        .send(registration({ id: 7 }))
        .expect(400);
      expect(namedFields(none.body)).toEqual(['id']);
    });

    it('is one device, however many race', async () => {
      const mine = await api.register();
      const token = newToken();
      const answers = await Promise.all([
        ...Array.from({ length: 5 }, () => replace(mine, { token })),
        ...Array.from({ length: 5 }, () => api.request.post(DEVICES).send(registration({ token }))),
      ]);
      expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
      expect((await api.devices()).map((row) => [row.public_id, row.token])).toEqual([[mine.id, token]]);
    });
  });

  describe('an update', () => {
    it('changes what it names, and answers with where the log stands', async () => {
      const { id, secret } = await api.register({ locale: 'en', tags: ['a'] });
      const response = await put(id, secret, { locale: 'de-AT', tags: ['b'] }).expect(200);
      expect(response.headers['cache-control']).toBe('no-store');
      expect(Object.keys((response.body as { data: object }).data).sort()).toEqual(['apns', 'epoch', 'id', 'rev']);
      expect(await rowOf(id)).toMatchObject({ locale: 'de-at' });
      expect(await tagsOf(id)).toEqual(['b']);
    });

    it('without a token says only that the device was seen', async () => {
      const { id, secret } = await api.register();
      await age(id, { refusals: 2, registered_at: 5, seen_at: 5 });
      await put(id, secret).expect(200);
      const row = await rowOf(id);
      expect(Number(row.seen_at)).toBeGreaterThan(5);
      expect(row.refusals).toBe(2);
      expect(Number(row.registered_at)).toBe(5);
    });

    it('may come without a body', async () => {
      const { id, secret } = await api.register();
      await api.request.put(`${DEVICES}/${id}`).set('x-device-secret', secret).expect(200);
    });

    it('with its own token clears refusals and keeps that APNs accepted it', async () => {
      const token = newToken();
      const { id, secret } = await api.register({ token });
      await age(id, { refusals: 2, registered_at: 5, accepted: 1 });
      await put(id, secret, { token }).expect(200);
      const row = await rowOf(id);
      expect(row).toMatchObject({ refusals: 0, accepted: 1 });
      expect(Number(row.registered_at)).toBeGreaterThan(5);
    });

    it('with a new token forgets what APNs said of the old one', async () => {
      const { id, secret } = await api.register();
      await age(id, { refusals: 2, registered_at: 5, accepted: 1 });
      const token = newToken();
      await put(id, secret, { token }).expect(200);
      expect(await rowOf(id)).toMatchObject({ token, refusals: 0, accepted: 0 });
    });

    it('to a token that another device of the lane holds takes it, and the other is gone', async () => {
      const token = newToken();
      const other = await api.register({ token, tags: ['other'] });
      const elsewhere = await api.register({ token, environment: 'sandbox' });
      const { id, secret } = await api.register({ tags: ['mine'] });
      await put(id, secret, { token }).expect(200);
      expect(await rowOf(id)).toMatchObject({ token });
      expect(await tagsOf(id)).toEqual(['mine']);
      expect(await rowOf(other.id)).toBeUndefined();
      expect(await rowOf(elsewhere.id)).toMatchObject({ token });
      await put(other.id, other.secret).expect(404);
    });

    it('to one token by several devices at once leaves one of them with it', async () => {
      const devices = await Promise.all(Array.from({ length: 5 }, () => api.register()));
      const token = newToken();
      const answers = await Promise.all(devices.map(({ id, secret }) => put(id, secret, { token })));
      // Who loses before its turn is an unknown device by then.
      for (const { status } of answers) expect([200, 404]).toContain(status);
      const holders = (await api.devices()).filter((device) => device.token === token);
      expect(holders).toHaveLength(1);
    });
  });

  it('updates and registrations that race for the same tokens all settle', async () => {
    const mine = await Promise.all(Array.from({ length: 4 }, () => api.register()));
    const tokens = Array.from({ length: 2 }, newToken);
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(
        mine.flatMap(({ id, secret }, n) => {
          const token = tokens[(n + round) % tokens.length];
          return [put(id, secret, { token }), api.request.post(DEVICES).send(registration({ token }))];
        }),
      );
      for (const { status } of answers) expect([200, 201, 404]).toContain(status);
      const held = (await api.devices()).map(({ token }) => token);
      expect(new Set(held).size).toBe(held.length);
      // A token may be free now: its registration renewed a device that then said it has the other one. A device is only
      // ever removed by the one that takes its token.
      expect(held.length).toBeGreaterThan(0);
    }
    for (const token of tokens) await api.register({ token });
    const held = (await api.devices()).map(({ token }) => token);
    expect(new Set(held).size).toBe(held.length);
    expect(held).toEqual(expect.arrayContaining(tokens));
  });

  describe('what an administrator sees', () => {
    it('is every device, the newest first, without token and secret', async () => {
      const token = newToken();
      const first = await api.register({ token, locale: 'en', tags: ['b', 'a'] });
      const second = await api.register({ environment: 'sandbox' });
      const { devices, total } = await api.services.devices.list({ page: 1, pageSize: 10 });
      expect(total).toBe(2);
      expect(devices.map(({ id }) => id)).toEqual([second.id, first.id]);
      expect(devices[1]).toEqual({
        id: first.id,
        laneId: api.services.registry.lane(BUNDLE_ID, 'production')!.id,
        bundleId: BUNDLE_ID,
        environment: 'production',
        tokenTail: token.slice(-6),
        locale: 'en',
        tags: ['a', 'b'],
        registeredAt: expect.any(Number) as number,
        seenAt: expect.any(Number) as number,
        accepted: false,
        refusals: 0,
        testName: null,
      });
      expect((await api.services.devices.list({ page: 2, pageSize: 1 })).devices.map(({ id }) => id)).toEqual([
        first.id,
      ]);
    });

    it('is found by lane, by the beginning of an id and by the end of a token', async () => {
      const token = newToken();
      const { id } = await api.register({ token, environment: 'sandbox' });
      await api.register();
      const found = async (query: { laneId?: number; search?: string }) => {
        const { devices } = await api.services.devices.list({ page: 1, pageSize: 10, ...query });
        return devices.map((device) => device.id);
      };
      expect(await found({ laneId: api.services.registry.lane(BUNDLE_ID, 'sandbox')!.id })).toEqual([id]);
      expect(await found({ search: ` ${id.slice(0, 13).toUpperCase()} ` })).toEqual([id]);
      expect(await found({ search: token.slice(-6) })).toEqual([id]);
      // More of a token than is shown must not be confirmed.
      expect(await found({ search: token.slice(-8) })).toEqual([]);
      for (const search of ['%', '_', "' or 1=1", 'é']) expect(await found({ search })).toEqual([]);
    });

    it('is counted by lane', async () => {
      await Promise.all([api.register(), api.register(), api.register({ environment: 'sandbox' })]);
      const { registry, devices } = api.services;
      const [production, sandbox] = (['production', 'sandbox'] as const).map(
        (name) => registry.lane(BUNDLE_ID, name)!.id,
      );
      expect(await devices.countByLane()).toEqual(
        new Map([
          [production, 2],
          [sandbox, 1],
        ]),
      );
    });

    it('can be removed', async () => {
      const { id, secret } = await api.register({ tags: ['a'] });
      expect(await api.services.devices.find(id)).toMatchObject({ public_id: id });
      expect(await api.services.devices.removeByAdmin(id, BY)).toBe(true);
      expect(await api.services.devices.removeByAdmin(id, BY)).toBe(false);
      expect(await api.services.devices.find(id)).toBeUndefined();
      await put(id, secret).expect(404);
    });
  });

  describe('a device', () => {
    it('removes itself, once', async () => {
      const { id, secret } = await api.register({ tags: ['a'] });
      const response = await remove(id, secret).expect(204);
      expect(response.text).toBe('');
      await remove(id, secret).expect(404);
      expect(await api.devices()).toEqual([]);
      expect(await api.services.store.knex(TABLES.deviceTags)).toEqual([]);
    });

    it('is unknown in the same words, whether its id or its secret is wrong', async () => {
      const { id, secret } = await api.register();
      const other = await api.register();
      const strange = '01234567-89ab-4cde-8f01-23456789abcd';
      const answers = [];
      for (const ask of [put, remove]) {
        answers.push(
          await ask(strange, secret),
          await ask(id, 'wrong'),
          await ask(id, other.secret),
          await ask(id, ''),
          await ask(id.toUpperCase(), secret),
          await ask('1', secret),
        );
      }
      for (const answer of answers) {
        expect(answer.status).toBe(404);
        expect(answer.body).toEqual(answers[0].body);
        expect(answer.headers['cache-control']).toBe('no-store');
      }
      expect(await api.devices()).toHaveLength(2);
    });

    it('is not seen when somebody tries a wrong secret', async () => {
      const { id } = await api.register();
      await age(id, { seen_at: 5 });
      await put(id, 'wrong').expect(404);
      expect(Number((await rowOf(id)).seen_at)).toBe(5);
    });
  });

  describe('a registration is refused', () => {
    const refused = async (fields: Record<string, unknown>) => {
      const response = await api.request.post(DEVICES).send(registration(fields)).expect(400);
      const { error } = response.body as { error: { message: string } };
      return { fields: namedFields(response.body), message: error.message };
    };

    it('for an app that is not set up', async () => {
      expect(await refused({ app: 'com.example.other' })).toMatchObject({
        fields: ['app'],
        message: expect.stringContaining('no app with the bundle id "com.example.other"') as string,
      });
      // MariaDB would find it.
      expect(await refused({ app: BUNDLE_ID.toUpperCase() })).toMatchObject({ fields: ['app'] });
    });

    it('for a lane without a key', async () => {
      expect(await refused({ app: BARE_BUNDLE_ID, environment: 'sandbox' })).toMatchObject({
        fields: ['environment'],
        message: expect.stringContaining('has no APNs key for sandbox') as string,
      });
    });

    it('for a disabled app', async () => {
      const setEnabled = async (enabled: 0 | 1) => {
        await api.services.store.knex<AppRow>(TABLES.apps).where({ bundle_id: BARE_BUNDLE_ID }).update({ enabled });
        await api.services.registry.reload();
      };
      await setEnabled(0);
      try {
        expect(await refused({ app: BARE_BUNDLE_ID })).toMatchObject({
          fields: ['app'],
          message: expect.stringContaining('is disabled') as string,
        });
      } finally {
        await setEnabled(1);
      }
    });

    it('for fields that are wrong or unknown, each by its name', async () => {
      expect((await refused({ token: 'xyz', environment: 'dev', platform: 'ios' })).fields.sort()).toEqual([
        'environment',
        'platform',
        'token',
      ]);
    });

    it('and nothing is stored', async () => {
      await refused({ tags: ['with space'] });
      await refused({ app: 'com.example.other' });
      expect(await api.devices()).toEqual([]);
    });
  });
});
