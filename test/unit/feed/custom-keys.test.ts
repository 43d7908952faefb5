import fc from 'fast-check';
import { createNotification, MAX_PAYLOAD_DEPTH, NotificationError } from '../../../server/apns';
import { checkCustomKeys, MAX_CUSTOM_KEYS_BYTES } from '../../../server/feed/custom-keys';
import { buildPayload } from '../../../server/feed/payload';

function nested(levels: number): Record<string, unknown> {
  return levels === 0 ? {} : { inner: nested(levels - 1) };
}

describe('custom keys', () => {
  it.each([
    ['none', {}],
    ['all kinds of JSON', { text: 'a', number: 1.5, yes: true, nothing: null, list: [1, [2], { three: 3 }] }],
    ['a key `aps` further inside', { mine: { aps: 1, content: 2 } }],
    ['the deepest nesting', nested(MAX_PAYLOAD_DEPTH)],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 })],
  ])('may be %s', (_what, keys) => {
    expect(checkCustomKeys(keys)).toBeNull();
  });

  it.each([
    ['a list', [], 'must be a JSON object'],
    ['null', null, 'must be a JSON object'],
    ['a text', 'keys', 'must be a JSON object'],
    ['a date', new Date(), 'is no plain object'],
    ['`aps`', { aps: {} }, 'must not have the key "aps"'],
    ['`content`', { content: {} }, 'must not have the key "content"'],
    ['the simulator’s key', { 'Simulator Target Bundle': 'x' }, 'must not have the key "Simulator Target Bundle"'],
    ['`__proto__`', JSON.parse('{"__proto__":{"polluted":1}}'), 'must not have the key "__proto__"'],
    ['`constructor` anywhere', { a: [{ constructor: 1 }] }, 'must not have the key "a.0.constructor"'],
    ['`prototype` anywhere', { a: { prototype: 1 } }, 'must not have the key "a.prototype"'],
    ['a function', { a: () => 1 }, 'must be JSON, but "a" is a function'],
    ['undefined', { a: undefined }, 'must be JSON, but "a" is undefined'],
    ['NaN', { a: [Number.NaN] }, 'must be JSON, but "a.0" is NaN'],
    ['a bigint', { a: 1n }, 'must be JSON, but "a" is a bigint'],
    ['a date inside', { a: new Date() }, 'must be JSON, but "a" is no plain object'],
    ['half a surrogate pair', { a: ['x\ud83d'] }, 'must be JSON, but "a.0" holds half of a surrogate pair'],
    ['half a surrogate pair in a key', { a: { '\ude00': 1 } }, 'holds half of a surrogate pair'],
    ['too deep a nesting', nested(MAX_PAYLOAD_DEPTH + 1), 'must not be nested more than'],
    ['too much', { a: 'x'.repeat(4_096) }, `must be at most ${MAX_CUSTOM_KEYS_BYTES} bytes`],
    ['too many', Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [n, 0])), 'must be at most'],
  ])('must not be or have %s', (_what, keys, message) => {
    expect(checkCustomKeys(keys)).toContain(message);
  });

  it('that contain themselves are refused', () => {
    const keys: Record<string, unknown> = {};
    keys.self = keys;
    expect(checkCustomKeys(keys)).toBe('must be JSON, but "self" contains itself');
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

  it('that are free of fault always fit into a push, and those with fault never do', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '"', 'é', '\ud83d\ude00', '\ud83d', '\ude00') });
    const { keys } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.double(),
        fc.boolean(),
        fc.constant(null),
        tie('list'),
        tie('keys'),
      ),
      list: fc.array(tie('value'), { maxLength: 3 }),
      keys: fc.dictionary(text, tie('value'), { maxKeys: 3 }),
    }));
    const epoch = 'x'.repeat(16);
    const since = Number.MAX_SAFE_INTEGER;
    fc.assert(
      fc.property(keys, (customKeys) => {
        const { payload } = buildPayload({
          customKeys: customKeys as Record<string, unknown>,
          epoch,
          since,
          rev: since,
          changes: { rung: 'refresh' },
          floor: 0,
        });
        const send = () => createNotification({ topic: 'com.example.news', payload, expiresAt: 2e12 });
        if (checkCustomKeys(customKeys) === null) expect(send).not.toThrow();
        else expect(send).toThrow(NotificationError);
      }),
    );
  });
});
