import { bootContentApi, BUNDLE_ID, registration, type ContentApi } from './content-api';

const DEVICES = '/api/background-push/devices';
const CHANGES = '/api/background-push/changes';
const STRANGE_ID = '01234567-89ab-4cde-8f01-23456789abcd';

describe('the limits per minute', () => {
  let api: ContentApi;
  beforeAll(async () => {
    api = await bootContentApi({
      registration: { perAddressPerMinute: 3, globalPerMinute: 60 },
      // Addresses are then what the proxy says.
      env: { IS_PROXIED: 'true' },
    });
  });
  afterAll(() => api.stop());

  const post = (ip: string) => api.request.post(DEVICES).set('x-forwarded-for', ip).send(registration());
  const get = (ip: string) => api.request.get(CHANGES).set('x-forwarded-for', ip).query({ app: BUNDLE_ID });
  const remove = (ip: string, id: string) =>
    api.request.delete(`${DEVICES}/${id}`).set('x-forwarded-for', ip).set('x-device-secret', 'wrong');
  const put = (ip: string, id: string, secret: string) =>
    api.request.put(`${DEVICES}/${id}`).set('x-forwarded-for', ip).set('x-device-secret', secret).send({});

  /** The status of so many requests, one after the other, each status once. */
  async function statuses(count: number, ask: () => PromiseLike<{ status: number }>): Promise<number[]> {
    const seen: number[] = [];
    for (let n = 0; n < count; n++) seen.push((await ask()).status);
    return seen;
  }

  it('end an address’ registrations with 429 and when to come again', async () => {
    expect(await statuses(3, () => post('192.0.2.1'))).toEqual([201, 201, 201]);
    const refused = await post('192.0.2.1').expect(429);
    const seconds = Number(refused.headers['retry-after']);
    expect(seconds).toBeGreaterThanOrEqual(1);
    // Not all come again at the same moment.
    expect(seconds).toBeLessThanOrEqual(70);
    expect(refused.headers['cache-control']).toBe('no-store');
    await post('192.0.2.2').expect(201);
  });

  it('count a /64 of IPv6 as one address', async () => {
    expect(await statuses(3, () => post('2001:db8:0:1::1'))).toEqual([201, 201, 201]);
    await post('2001:db8:0:1:ffff::2').expect(429);
    await post('2001:db8:0:2::1').expect(201);
  });

  it('let an address read ten times as often', async () => {
    expect(new Set(await statuses(30, () => get('192.0.2.3')))).toEqual(new Set([200]));
    await get('192.0.2.3').expect(429);
    await get('192.0.2.4').expect(200);
  });

  it('count a page that a push named against no address while it is ready: a carrier’s network is one', async () => {
    const { epoch, head } = (await api.services.feed.position(BUNDLE_ID))!;
    const page = (ip: string) => get(ip).query({ epoch, since: head, to: head });
    expect(new Set(await statuses(100, () => page('192.0.2.20')))).toEqual(new Set([200]));
    await get('192.0.2.20').expect(200);
    // Pages that are not ready are work, which somebody could ask for without end.
    let n = 0;
    const other = () => get('192.0.2.21').query({ epoch, since: head, to: head, locale: `x${n++}` });
    expect(new Set(await statuses(30, other))).toEqual(new Set([200]));
    await other().expect(429);
    await page('192.0.2.21').expect(200);
  });

  it('end an address’ removals', async () => {
    expect(await statuses(3, () => remove('192.0.2.5', STRANGE_ID))).toEqual([404, 404, 404]);
    await remove('192.0.2.5', STRANGE_ID).expect(429);
  });

  it('let a device update itself ten times, from wherever it is', async () => {
    const { body } = (await post('192.0.2.6').expect(201)) as { body: { data: { id: string; secret: string } } };
    const { id, secret } = body.data;
    expect(new Set(await statuses(5, () => put('192.0.2.6', id, secret)))).toEqual(new Set([200]));
    expect(new Set(await statuses(5, () => put('192.0.2.7', id, secret)))).toEqual(new Set([200]));
    await put('192.0.2.8', id, secret).expect(429);
  });

  it('end an address’ guessing at devices, and nobody else’s updates', async () => {
    const { body } = (await post('192.0.2.9').expect(201)) as { body: { data: { id: string; secret: string } } };
    const { id, secret } = body.data;
    expect(await statuses(3, () => put('192.0.2.10', 'not-an-id', 'guess'))).toEqual([404, 404, 404]);
    await put('192.0.2.10', 'not-an-id', 'guess').expect(429);
    await put('192.0.2.9', id, secret).expect(200);
  });

  it('count an update that is refused for its body against its address, and against nobody else', async () => {
    const refused = (body: string, type: string) =>
      api.request
        .put(`${DEVICES}/${STRANGE_ID}`)
        .set('x-forwarded-for', '192.0.2.20')
        .set('x-device-secret', 'guess')
        .type(type)
        .send(body);
    expect((await refused('{"platform":"ios"}', 'application/json')).status).toBe(400);
    expect((await refused(JSON.stringify({ note: 'x'.repeat(5_000) }), 'application/json')).status).toBe(413);
    expect((await refused('locale=en', 'application/x-www-form-urlencoded')).status).toBe(415);
    expect(new Set(await statuses(100, () => refused('{"platform":"ios"}', 'application/json')))).toEqual(
      new Set([429]),
    );
    await post('192.0.2.21').expect(201);
  });

  it('do not let wrong secrets lock out the device, wherever they come from', async () => {
    const { body } = (await post('192.0.2.22').expect(201)) as { body: { data: { id: string; secret: string } } };
    const { id, secret } = body.data;
    for (let last = 0; last < 10; last++) await put(`198.18.0.${last}`, id, 'wrong').expect(404);
    await put('192.0.2.22', id, secret).expect(200);
    expect(await statuses(4, () => put('192.0.2.22', id, 'wrong'))).toEqual([404, 404, 404, 429]);
    await put('192.0.2.22', id, secret).expect(200);
  });

  it('leave nine tenths of everybody’s writes to others', async () => {
    const fleet: { id: string; secret: string }[] = [];
    for (let n = 0; n < 9; n++) {
      const { body } = (await post(`192.0.2.${30 + n}`).expect(201)) as {
        body: { data: { id: string; secret: string } };
      };
      fleet.push(body.data);
    }
    const seen = [];
    for (const { id, secret } of fleet) seen.push((await put('192.0.2.40', id, secret)).status);
    expect(seen).toEqual([...Array<number>(6).fill(200), 429, 429, 429]);
    await put('192.0.2.41', fleet[8].id, fleet[8].secret).expect(200);
  });

  it('cap everybody’s writes together, last of all', async () => {
    for (let last = 1; last < 60; last++) {
      const { status } = await post(`198.51.100.${last}`);
      if (status === 201) continue;
      expect(status).toBe(429);
      // Reading has a cap of its own.
      await get('198.51.100.200').expect(200);
      return;
    }
    throw new Error('60 writes and more went through');
  });
});
