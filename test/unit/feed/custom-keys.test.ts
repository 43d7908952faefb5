import fc from 'fast-check';
import { checkCustomKeys, MAX_CUSTOM_KEYS_BYTES, MAX_CUSTOM_KEYS_DEPTH } from '../../../server/feed/custom-keys';

function nested(levels: number): Record<string, unknown> {
  return levels === 0 ? {} : { inner: nested(levels - 1) };
}

describe('custom keys', () => {
  it.each([
    ['none', {}],
    ['all kinds of JSON', { text: 'a', number: 1.5, yes: true, nothing: null, list: [1, [2], { three: 3 }] }],
    ['a key `aps` further inside', { mine: { aps: 1, content: 2 } }],
    ['the deepest nesting', nested(MAX_CUSTOM_KEYS_DEPTH)],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 })],
  ])('may be %s', (_what, keys) => {
    expect(checkCustomKeys(keys)).toBeNull();
  });

  it.each([
    ['a list', [], 'must be a JSON object'],
    ['null', null, 'must be a JSON object'],
    ['a text', 'keys', 'must be a JSON object'],
    ['a date', new Date(), 'must be a JSON object'],
    ['`aps`', { aps: {} }, 'must not have the key "aps"'],
    ['`content`', { content: {} }, 'must not have the key "content"'],
    ['the simulator’s key', { 'Simulator Target Bundle': 'x' }, 'must not have the key "Simulator Target Bundle"'],
    ['`__proto__`', JSON.parse('{"__proto__":{"polluted":1}}'), 'must not have the key "__proto__"'],
    ['`constructor` anywhere', { a: [{ constructor: 1 }] }, 'must not have the key "a.0.constructor"'],
    ['`prototype` anywhere', { a: { prototype: 1 } }, 'must not have the key "a.prototype"'],
    ['a function', { a: () => 1 }, 'must be JSON, which "a" is not'],
    ['undefined', { a: undefined }, 'must be JSON, which "a" is not'],
    ['NaN', { a: [Number.NaN] }, 'must be JSON, which "a.0" is not'],
    ['a bigint', { a: 1n }, 'must be JSON, which "a" is not'],
    ['a date inside', { a: new Date() }, 'must be JSON, which "a" is not'],
    ['too deep a nesting', nested(MAX_CUSTOM_KEYS_DEPTH + 1), 'must not be nested more than'],
    ['too much', { a: 'x'.repeat(4_096) }, `must be at most ${MAX_CUSTOM_KEYS_BYTES} bytes`],
    ['too many', Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [n, 0])), 'must be at most'],
  ])('must not be or have %s', (_what, keys, message) => {
    expect(checkCustomKeys(keys)).toContain(message);
  });

  it('that contain themselves are refused like any that are too deep', () => {
    const keys: Record<string, unknown> = {};
    keys.self = keys;
    expect(checkCustomKeys(keys)).toContain('must not be nested more than');
  });

  it('that share members without end are refused without walking them all', () => {
    let shared: unknown[] = [];
    for (let level = 0; level < 7; level++) shared = Array.from({ length: 1_000 }, () => shared);
    expect(checkCustomKeys({ shared })).toContain('and are more');
  });

  it('are judged, whatever they are, and never throw', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true }), (keys) => {
        expect([null, 'string']).toContain(checkCustomKeys(keys) === null ? null : typeof checkCustomKeys(keys));
      }),
    );
  });
});
