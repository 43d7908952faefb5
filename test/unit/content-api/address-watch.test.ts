import type { AddressedRequest } from '../../../server/content-api/address';
import { createAddressWatch } from '../../../server/content-api/address-watch';

const LIMIT = 10;
/** At half of its limit one address alone looks like a fleet. */
const WARY = LIMIT / 2;
const PROXY = '10.0.0.1';
const PHONE = '192.0.2.7';

function setUp() {
  const raised = new Map<string, unknown>();
  let clock = 0;
  const watch = createAddressWatch({
    alarms: {
      raise: (key, _code, params) => Promise.resolve(void raised.set(key, params)),
      clear: (key) => Promise.resolve(void raised.delete(key)),
    },
    perAddressPerMinute: LIMIT,
    onError: (error) => {
      throw error;
    },
    now: () => clock,
  });
  const request = (peer: string, header: string, proxy: boolean): AddressedRequest => ({
    app: { proxy, proxyIpHeader: 'X-Forwarded-For', maxIpsCount: 0 },
    socket: { remoteAddress: peer },
    get: () => header,
  });
  return {
    alarms: () => Object.fromEntries(raised),
    see(peer: string, { header = '', proxy = false, times = 1 } = {}) {
      for (let n = 0; n < times; n++) watch.see(request(peer, header, proxy));
    },
    pass: (ms: number) => void (clock += ms),
  };
}

describe('the watch on addresses', () => {
  it('is alarmed by the header of a proxy that is not trusted, until it is', () => {
    const { see, alarms } = setUp();
    see(PROXY, { header: PHONE });
    expect(alarms()).toEqual({ 'proxy-not-trusted': { header: 'X-Forwarded-For' } });
    see(PROXY, { header: PHONE, proxy: true });
    expect(alarms()).toEqual({});
  });

  it('takes the header of a stranger for no proxy', () => {
    const { see, alarms } = setUp();
    see(PHONE, { header: '203.0.113.9' });
    expect(alarms()).toEqual({});
  });

  it('is alarmed by as many requests as half a limit, all of one private address', () => {
    const { see, alarms } = setUp();
    see(PROXY, { times: WARY - 1 });
    expect(alarms()).toEqual({});
    see(PROXY);
    expect(alarms()).toEqual({ 'single-address': { address: PROXY } });
    see(PHONE);
    expect(alarms()).toEqual({});
  });

  it('is not alarmed by one address of the internet, nor by a private one among others', () => {
    const { see, alarms, pass } = setUp();
    see(PHONE, { times: LIMIT });
    expect(alarms()).toEqual({});
    pass(60_000);
    see(PROXY);
    see(PHONE);
    see(PROXY, { times: LIMIT });
    expect(alarms()).toEqual({});
  });
});
