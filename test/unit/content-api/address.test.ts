import fc from 'fast-check';
import {
  isPrivate,
  networksOf,
  NO_ADDRESS,
  originOf,
  type AddressedRequest,
} from '../../../server/content-api/address';

interface Way {
  peer?: string;
  header?: string;
  proxy?: boolean;
  proxies?: number;
}

const request = ({ peer, header = '', proxy = true, proxies = 0 }: Way): AddressedRequest => ({
  app: { proxy, proxyIpHeader: 'X-Forwarded-For', maxIpsCount: proxies },
  socket: { remoteAddress: peer },
  get: (name) => (name === 'X-Forwarded-For' ? header : ''),
});
const addressOf = (way: Way) => originOf(request({ peer: '10.0.0.1', ...way })).address;

describe('the address of a request', () => {
  it.each<[string, Way, string]>([
    ['is the other end without a trusted proxy', { proxy: false, header: '192.0.2.7' }, '10.0.0.1'],
    ['is the other end where the proxy says nothing', {}, '10.0.0.1'],
    ['is what the proxy says', { header: '192.0.2.7' }, '192.0.2.7'],
    ['is what the last proxy says, never what the caller wrote', { header: '203.0.113.9, 192.0.2.7' }, '192.0.2.7'],
    [
      'is what the outermost of two proxies says',
      { header: '203.0.113.9, 192.0.2.7, 10.1.1.1', proxies: 2 },
      '192.0.2.7',
    ],
    ['is the first of fewer than there should be', { header: '192.0.2.7', proxies: 2 }, '192.0.2.7'],
    ['is the other end where the proxy says no address', { header: '203.0.113.9, unknown' }, '10.0.0.1'],
    ['is the other end where the text is long', { header: 'x'.repeat(5_000) }, '10.0.0.1'],
    ['is the other end where the header ends in a comma', { header: '192.0.2.7,' }, '10.0.0.1'],
    ['loses the port that some proxies add', { header: '192.0.2.7:51234' }, '192.0.2.7'],
    ['loses brackets and port of IPv6', { header: '[2001:db8::1]:443' }, '2001:db8::1'],
    ['loses the zone of IPv6', { peer: 'fe80::1%eth0' }, 'fe80::1'],
    ['is IPv4 for a socket of both families', { peer: '::ffff:192.0.2.7' }, '192.0.2.7'],
    ['is IPv4 for a socket of both families, in hex', { peer: '::FFFF:c000:207' }, '192.0.2.7'],
    ['is IPv4 behind a translator', { peer: '64:ff9b::192.0.2.7' }, '192.0.2.7'],
    ['is none for a socket of the file system', { peer: undefined }, NO_ADDRESS],
  ])('%s', (_what, way, address) => {
    expect(addressOf(way)).toBe(address);
  });

  it('is an address or none, whatever the header holds', () => {
    const text = fc.oneof(
      fc.string(),
      fc.ipV4(),
      fc.ipV6(),
      fc.string({ unit: fc.constantFrom(...'0123456789.:[],% f') }),
    );
    fc.assert(
      fc.property(fc.array(text), text, fc.nat(3), (header, peer, proxies) => {
        const address = addressOf({ header: header.join(', '), peer, proxies });
        for (const network of networksOf(address)) {
          expect(network).toMatch(/^(no address|\d+(\.\d+){3}|[0-9a-f]{1,4}(:[0-9a-f]{1,4}){2,3}\/(64|56|48))$/);
        }
        expect(typeof isPrivate(address)).toBe('boolean');
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the networks of an address', () => {
  it.each([
    ['192.0.2.7', ['192.0.2.7']],
    ['2001:db8:1:2:3:4:5:6', ['2001:db8:1:2/64', '2001:db8:1:0/56', '2001:db8:1/48']],
    ['2001:0DB8:0001:ab02::', ['2001:db8:1:ab02/64', '2001:db8:1:ab00/56', '2001:db8:1/48']],
    ['2001:db8::1', ['2001:db8:0:0/64', '2001:db8:0:0/56', '2001:db8:0/48']],
    ['::1', ['0:0:0:0/64', '0:0:0:0/56', '0:0:0/48']],
    ['1:2::3:4:5:6:7', ['1:2:0:3/64', '1:2:0:0/56', '1:2:0/48']],
    ['1:2:3:4:5:6:7::', ['1:2:3:4/64', '1:2:3:0/56', '1:2:3/48']],
  ])('%s are %j', (ip, networks) => {
    expect(networksOf(ip)).toEqual(networks);
  });
});

describe('a private address', () => {
  it.each([
    '10.9.8.7',
    '172.31.0.1',
    '192.168.1.1',
    '127.0.0.1',
    '100.64.3.4',
    '::1',
    'fd00::1',
    'fe80::1',
    NO_ADDRESS,
  ])('%s is one', (address) => expect(isPrivate(address)).toBe(true));
  it.each(['192.0.2.7', '172.32.0.1', '100.128.0.1', '2001:db8::1'])('%s is none', (address) =>
    expect(isPrivate(address)).toBe(false),
  );
});
