import fc from 'fast-check';
import { limitKeyOf } from '../../../server/content-api/address';
import { createLimits, type RequestKind, type Requester } from '../../../server/content-api/limits';

const HERE: Requester = { address: '192.0.2.1' };
const THERE: Requester = { address: '192.0.2.2' };

const limitsOf = (perAddressPerMinute: number, globalPerMinute = 1_000_000) =>
  createLimits({ perAddressPerMinute, globalPerMinute });

/** How many requests pass before the first that does not. */
async function passing(limits: ReturnType<typeof createLimits>, kind: RequestKind, requester: Requester) {
  for (let passed = 0; ; passed++) if ((await limits.take(kind, requester)) > 0) return passed;
}

describe('the limits of the content API', () => {
  it('count registrations, removals and reads per address, reads ten times as many', async () => {
    const limits = limitsOf(3);
    expect(await passing(limits, 'register', HERE)).toBe(3);
    expect(await passing(limits, 'remove', HERE)).toBe(3);
    expect(await passing(limits, 'read', HERE)).toBe(30);
    expect(await passing(limits, 'register', THERE)).toBe(3);
  });

  it('count updates per device, from whatever address', async () => {
    const limits = limitsOf(1);
    expect(await passing(limits, 'update', { ...HERE, deviceId: 'one' })).toBe(10);
    expect(await passing(limits, 'update', { ...THERE, deviceId: 'one' })).toBe(0);
    expect(await passing(limits, 'update', { ...HERE, deviceId: 'two' })).toBe(10);
  });

  it('end an address’ guessing at devices', async () => {
    const limits = limitsOf(3);
    for (let guess = 0; guess < 3; guess++) {
      expect(await limits.take('update', { ...HERE, deviceId: `guess ${guess}` })).toBe(0);
      await limits.countFailedUpdate(HERE);
    }
    expect(await limits.take('update', { ...HERE, deviceId: 'another' })).toBeGreaterThan(0);
    expect(await limits.take('update', { ...THERE, deviceId: 'another' })).toBe(0);
  });

  it('cap all writes together, and all reads', async () => {
    const limits = limitsOf(1_000, 5);
    expect(await passing(limits, 'register', HERE)).toBe(5);
    expect(await passing(limits, 'remove', THERE)).toBe(0);
    expect(await passing(limits, 'update', { ...THERE, deviceId: 'one' })).toBe(0);
    expect(await passing(limits, 'read', HERE)).toBe(50);
  });

  it('do not let one address use up what is everyone’s', async () => {
    const limits = limitsOf(2, 5);
    for (let request = 0; request < 20; request++) await limits.take('register', HERE);
    expect(await limits.take('register', THERE)).toBe(0);
  });

  it('say in how many seconds to come again', async () => {
    const limits = limitsOf(1);
    await limits.take('register', HERE);
    const seconds = await limits.take('register', HERE);
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(Number.isInteger(seconds)).toBe(true);
  });
});

describe('the key of an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2/64'],
    ['2001:db8::1', '2001:db8:0:0/64'],
    ['::1', '0:0:0:0/64'],
    ['::', '0:0:0:0/64'],
    ['1::8:7', '1:0:0:0/64'],
    ['1:2::3:4:5:6:7', '1:2:0:3/64'],
    ['fe80::1%eth0', 'fe80:0:0:0/64'],
    ['64:ff9b::192.0.2.7', '64:ff9b:0:0/64'],
  ])('%s is %s', (ip, key) => {
    expect(limitKeyOf(ip)).toBe(key);
  });

  it('is the same for a whole /64 and another for the next', () => {
    fc.assert(
      fc.property(fc.ipV6(), (ip) => {
        const key = limitKeyOf(ip);
        const mapped = key.includes('.');
        expect(key).toMatch(mapped ? /^[\d.]+$/ : /^([0-9a-f]{1,4}:){3}[0-9a-f]{1,4}\/64$/);
        if (!mapped) expect(limitKeyOf(`${key.slice(0, -3)}:dead:beef:0:1`)).toBe(key);
      }),
    );
  });
});
