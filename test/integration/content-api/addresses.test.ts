import { until } from '../../until';
import { bootContentApi, registration, type ContentApi } from './content-api';

const DEVICES = '/api/background-push/devices';
const LIMIT = 4;

async function boot(env: Record<string, string>): Promise<ContentApi> {
  return bootContentApi({ registration: { perAddressPerMinute: LIMIT, globalPerMinute: 1_000_000 }, env });
}

/** How many registrations pass before the first that does not, the header of each as `forwarded` says. */
async function passing(api: ContentApi, forwarded: (n: number) => string): Promise<number> {
  for (let n = 0; n <= 20; n++) {
    const { status } = await api.request.post(DEVICES).set('x-forwarded-for', forwarded(n)).send(registration());
    if (status === 429) return n;
    expect(status).toBe(201);
  }
  return Infinity;
}

const alarmsOf = async (api: ContentApi) =>
  (await api.services.alarms.list()).map(({ code, params }) => ({ code, params }));

describe('behind a trusted proxy', () => {
  let api: ContentApi;
  beforeAll(async () => {
    api = await boot({ IS_PROXIED: 'true' });
  });
  afterAll(() => api.stop());

  it('an address is limited whatever it writes into X-Forwarded-For itself', async () => {
    expect(await passing(api, (n) => `203.0.113.${n}, 192.0.2.1`)).toBe(LIMIT);
  });

  it('a subscriber of IPv6 is limited however many networks it has', async () => {
    expect(await passing(api, (n) => `2001:db8:0:${n}::1`)).toBe(2 * LIMIT);
    expect(await passing(api, (n) => `2001:db8:0:${n + 2}00::1`)).toBe(2 * LIMIT);
    expect(await passing(api, (n) => `2001:db8:0:${n + 2}01::1`)).toBe(0);
    expect(await passing(api, () => '2001:db8:1::1')).toBe(LIMIT);
  });

  it('a text that is no address is the proxy’s, every one the same', async () => {
    expect(await passing(api, (n) => `client-${n}`)).toBe(LIMIT);
  });

  it('nobody is alarmed while addresses differ', async () => {
    expect(await alarmsOf(api)).toEqual([]);
  });
});

describe('behind two trusted proxies', () => {
  let api: ContentApi;
  beforeAll(async () => {
    api = await boot({ IS_PROXIED: 'true', MAX_IPS_COUNT: '2' });
  });
  afterAll(() => api.stop());

  it('an address is what the outer one saw', async () => {
    expect(await passing(api, (n) => `203.0.113.${n}, 192.0.2.1, 10.0.0.7`)).toBe(LIMIT);
    expect(await passing(api, () => '192.0.2.2, 10.0.0.7')).toBe(LIMIT);
  });
});

describe('behind a proxy whose own proxy is not counted', () => {
  it('an alarm says that all requests come from one private address, until they do not', async () => {
    const api = await boot({ IS_PROXIED: 'true' });
    try {
      expect(await passing(api, (n) => `192.0.2.${n}, 10.0.0.7`)).toBe(LIMIT);
      await until(async () => (await alarmsOf(api)).length > 0, { what: 'An alarm' });
      expect(await alarmsOf(api)).toEqual([{ code: 'single-address', params: { address: '10.0.0.7' } }]);
      expect(await passing(api, () => '192.0.2.1')).toBe(LIMIT);
      await until(async () => (await alarmsOf(api)).length === 0, { what: 'The end of the alarm' });
    } finally {
      await api.stop();
    }
  });
});

describe('behind a proxy that is not trusted', () => {
  it('all phones are one address, and an alarm says so', async () => {
    const api = await boot({});
    try {
      expect(await passing(api, (n) => `192.0.2.${n}`)).toBe(LIMIT);
      await until(async () => (await alarmsOf(api)).length > 0, { what: 'An alarm' });
      expect(await alarmsOf(api)).toEqual([{ code: 'proxy-not-trusted', params: { header: 'X-Forwarded-For' } }]);
    } finally {
      await api.stop();
    }
  });
});
