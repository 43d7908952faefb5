import { createHash, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { apnsIdOf } from '../../../server/apns';

/** RFC 9562 §5.5, step by step. */
function uuidVersion5(namespace: string, name: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name, 'utf8')
    .digest()
    .subarray(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x50;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

describe('the apns-id of a device in a push', () => {
  it('is the UUID version 5 of the device’s id in the namespace of the push, in lower case', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.maxSafeNat(), (push, device) => {
        expect(apnsIdOf(push, device)).toBe(uuidVersion5(push, String(device)));
        expect(apnsIdOf(push.toUpperCase(), device)).toBe(apnsIdOf(push, device));
      }),
    );
  });

  it('is the one that other software makes', () => {
    // Python: uuid.uuid5(uuid.NAMESPACE_DNS, '42')
    expect(apnsIdOf('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 42)).toBe('7c411b5e-9d3f-50b5-9c28-62096e41c4ed');
  });

  it('differs between devices and between pushes, also when they alternate', () => {
    const [first, second] = [randomUUID(), randomUUID()];
    const ids = new Set<string>();
    for (let device = 0; device < 1_000; device++) ids.add(apnsIdOf(first, device)).add(apnsIdOf(second, device));
    expect(ids.size).toBe(2_000);
  });

  it.each(['', 'not-a-uuid', randomUUID().slice(1), `${randomUUID()}0`])('is refused for a push named %j', (name) => {
    expect(() => apnsIdOf(name, 1)).toThrow(TypeError);
  });
});
