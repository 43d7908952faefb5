import fc from 'fast-check';
import { createNotification, NotificationError, type NotificationRule } from '../../../server/apns';

const EXPIRES_AT = 1_800_000_000_999;

const build = (payload: Record<string, unknown>) =>
  createNotification({ topic: 'com.example.news', payload, expiresAt: EXPIRES_AT });

function brokenRule(create: () => unknown): NotificationRule | null {
  try {
    create();
    return null;
  } catch (error) {
    if (error instanceof NotificationError) return error.rule;
    throw error;
  }
}

const json = fc
  .dictionary(
    fc.string({ unit: 'binary', maxLength: 20 }).filter((key) => key !== 'Simulator Target Bundle' && key !== 'aps'),
    fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 }),
    { maxKeys: 8, noNullPrototype: false },
  )
  .filter((value) => !/"(__proto__|constructor|prototype)":/.test(JSON.stringify(value)));

describe('a notification', () => {
  it('carries aps with content-available and nothing else, then the payload', () => {
    const { body, topic, expiration } = build({ content: { v: 1 }, theme: 'dark' });
    expect(body.toString()).toBe('{"aps":{"content-available":1},"content":{"v":1},"theme":"dark"}');
    expect(topic).toBe('com.example.news');
    expect(expiration).toBe(1_800_000_000);
  });

  it('may carry nothing but aps', () => {
    expect(build({}).body.toString()).toBe('{"aps":{"content-available":1}}');
  });

  it('is frozen', () => {
    const notification = build({});
    expect(Object.isFrozen(notification)).toBe(true);
  });

  it('carries any JSON as it is', () => {
    fc.assert(
      fc.property(json, (payload) => {
        fc.pre(Buffer.byteLength(JSON.stringify({ aps: { 'content-available': 1 }, ...payload })) <= 4_096);
        const parsed = JSON.parse(build(payload).body.toString('utf8')) as unknown;
        const expected = JSON.parse(JSON.stringify({ aps: { 'content-available': 1 }, ...payload })) as unknown;
        expect(parsed).toEqual(expected);
      }),
    );
  });

  it('is counted in bytes: 4,096 are allowed, 4,097 are not', () => {
    const empty = build({ text: '' }).body.length;
    fc.assert(
      fc.property(fc.constantFrom('x', 'é', '漢', '😀', '"', '\u0001'), fc.integer({ min: 0, max: 3 }), (unit, pad) => {
        const unitBytes = Buffer.byteLength(JSON.stringify(unit)) - 2;
        const room = 4_096 - empty - pad;
        const text = unit.repeat(Math.floor(room / unitBytes)) + 'y'.repeat(pad + (room % unitBytes));
        expect(build({ text }).body).toHaveLength(4_096);
        expect(brokenRule(() => build({ text: `${text}z` }))).toBe('payload-too-large');
      }),
    );
  });

  it.each<[string, Record<string, unknown>]>([
    ['aps', { aps: { alert: 'Hello' } }],
    ['the key by which simctl finds an app', { 'Simulator Target Bundle': 'com.example.news' }],
  ])('refuses %s: reserved', (_, payload) => {
    expect(brokenRule(() => build(payload))).toBe('reserved-key');
  });

  it.each(['__proto__', 'constructor', 'prototype'])('refuses the key %s at any depth: dangerous', (key) => {
    for (const text of [`{"${key}":1}`, `{"a":{"${key}":{}}}`, `{"a":[[{"b":{"${key}":null}}]]}`]) {
      expect(brokenRule(() => build(JSON.parse(text) as Record<string, unknown>))).toBe('dangerous-key');
    }
  });

  const circle: Record<string, unknown> = {};
  circle.again = { circle };
  const bottomless = (): Record<string, unknown> => ({
    get down() {
      return bottomless();
    },
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['a hole in an array', Array.from({ length: 2 }).concat([,])],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a BigInt', 1n],
    ['NaN', NaN],
    ['Infinity', -Infinity],
    ['a Date', new Date()],
    ['a Map', new Map()],
    ['a Buffer', Buffer.from('x')],
    ['a boxed string', Object('x')],
    ['half a surrogate pair', 'a\ud83d'],
    ['half a surrogate pair in a key', { '\ude00': 1 }],
    ['an object that contains itself', circle],
    ['an object of a class', new (class Secret {})()],
  ])('refuses %s: not JSON', (_, value) => {
    expect(brokenRule(() => build({ value }))).toBe('not-json');
    expect(brokenRule(() => build({ list: [{ value }] }))).toBe('not-json');
  });

  it('refuses what has no end, or unfolds into more than fits, without walking through it', () => {
    let fold: unknown = 1;
    for (let i = 0; i < 60; i++) fold = [fold, fold];
    expect(brokenRule(() => build({ fold }))).toBe('payload-too-large');
    expect(brokenRule(() => build({ list: Array.from({ length: 1_000_000 }, () => 1) }))).toBe('payload-too-large');
    expect(brokenRule(() => build(bottomless()))).toBe('too-deep');
    const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
    expect(brokenRule(() => build({ deep: deep(64) }))).toBeNull();
    expect(brokenRule(() => build({ deep: deep(65) }))).toBe('too-deep');
  });

  it('refuses a payload that is no object', () => {
    expect(brokenRule(() => build([] as unknown as Record<string, unknown>))).toBe('not-json');
  });

  it('sends what it checked, even when a property changes its mind', () => {
    let reads = 0;
    const payload = {
      get content() {
        return ++reads === 1 ? 'first' : { toJSON: () => 'second' };
      },
    };
    expect(build(payload).body.toString()).toContain('"content":"first"');
  });

  it.each(['', 'com.example.news\r\nx: y', 'com.example.näws', 'com example', 'a'.repeat(256)])(
    'refuses the topic %j',
    (topic) => {
      expect(brokenRule(() => createNotification({ topic, payload: {}, expiresAt: EXPIRES_AT }))).toBe('topic');
    },
  );

  it.each([0, 300, 1_800_000_000, -1, NaN, Infinity, 1_800_000_000_000.5])(
    'refuses %d as a time in milliseconds',
    (expiresAt) => {
      expect(brokenRule(() => createNotification({ topic: 'com.example.news', payload: {}, expiresAt }))).toBe(
        'expiration',
      );
    },
  );
});
