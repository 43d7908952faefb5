import { createLimits, type Limits } from '../../../server/content-api/limits';

const HERE = ['192.0.2.1'];
const THERE = ['192.0.2.2'];
/** An address of IPv6 has three networks. */
const ipv6 = (subscriber: number, network = 0) => [
  `2001:db8:${network}:${subscriber}/64`,
  `2001:db8:${network}:0/56`,
  `2001:db8:${network}/48`,
];

let clock = 0;
const limitsOf = (perAddressPerMinute: number, globalPerMinute = 1_000_000) =>
  createLimits({ perAddressPerMinute, globalPerMinute, now: () => clock });

/** How many calls pass before the first that does not. */
function passing(take: () => number): number {
  for (let passed = 0; ; passed++) if (take() > 0) return passed;
}

const registrations = (limits: Limits, networks: string[]) =>
  passing(() => limits.takeAddress('registration', networks));
const sharedWrites = (limits: Limits, networks: string[]) => passing(() => limits.takeShared('write', networks));

describe('the limits of the content API', () => {
  it('count registrations, failures and reads of an address each for itself, reads ten times as many', () => {
    const limits = limitsOf(3);
    expect(registrations(limits, HERE)).toBe(3);
    expect(passing(() => limits.takeAddress('failure', HERE))).toBe(3);
    expect(passing(() => limits.takeAddress('read', HERE))).toBe(30);
    expect(registrations(limits, THERE)).toBe(3);
  });

  it('remember ten thousand addresses, and forget for the next the one that came first', () => {
    const limits = limitsOf(1);
    const stranger = (n: number) => [`10.0.${Math.floor(n / 256)}.${n % 256}`];
    expect(registrations(limits, HERE)).toBe(1);
    for (let n = 0; n < 9_999; n++) limits.takeAddress('registration', stranger(n));
    expect(registrations(limits, HERE)).toBe(0);
    limits.takeAddress('registration', stranger(9_999));
    expect(registrations(limits, HERE)).toBe(1);
  });

  it('count IPv6 by /64, /56 and /48, so that one subscriber is not a thousand addresses', () => {
    const limits = limitsOf(3);
    expect(registrations(limits, ipv6(1))).toBe(3);
    expect(registrations(limits, ipv6(2))).toBe(3);
    expect(registrations(limits, ipv6(3))).toBe(0);
    const otherHalf = (subscriber: number) => [`2001:db8:0:${subscriber}/64`, '2001:db8:0:100/56', '2001:db8:0/48'];
    expect(registrations(limits, otherHalf(0x101)) + registrations(limits, otherHalf(0x102))).toBe(6);
    expect(registrations(limits, ['2001:db8:0:200/64', '2001:db8:0:200/56', '2001:db8:0/48'])).toBe(0);
    expect(registrations(limits, ipv6(1, 1))).toBe(3);
  });

  it('count the calls of a device for itself', () => {
    const limits = limitsOf(1);
    expect(passing(() => limits.takeDevice('one'))).toBe(10);
    expect(passing(() => limits.takeDevice('two'))).toBe(10);
  });

  it('cap all writes together, and all reads, and give no address more than a tenth', () => {
    const limits = limitsOf(1_000, 50);
    for (let n = 0; n < 10; n++) expect(sharedWrites(limits, [`192.0.2.${n}`])).toBe(5);
    expect(sharedWrites(limits, ['192.0.2.99'])).toBe(0);
    expect(passing(() => limits.takeShared('read', HERE))).toBe(50);
  });

  it('share by the widest network of an address', () => {
    const limits = limitsOf(1_000, 50);
    expect(sharedWrites(limits, ipv6(1))).toBe(5);
    expect(sharedWrites(limits, ipv6(2))).toBe(0);
  });

  it('say in how many seconds to come again, and keep it', () => {
    const limits = limitsOf(1);
    limits.takeAddress('registration', HERE);
    clock += 500;
    const seconds = limits.takeAddress('registration', HERE);
    expect(seconds).toBe(60);
    clock += seconds * 1_000;
    expect(limits.takeAddress('registration', HERE)).toBe(0);
  });
});
