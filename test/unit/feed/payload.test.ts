import fc from 'fast-check';
import { MAX_PAYLOAD_BYTES } from '../../../server/apns';
import { MAX_CUSTOM_KEYS_BYTES, checkCustomKeys } from '../../../server/feed/custom-keys';
import { buildPayload, mergeChanges, type PayloadChange, type PayloadInput } from '../../../server/feed/payload';

const ARTICLE = 'api::article.article';
const INPUT: PayloadInput = {
  customKeys: {},
  epoch: '0123456789abcdef',
  since: 41,
  rev: 43,
  changes: { rung: 'changes', changes: [] },
  floor: 0,
};

/** What APNs gets. */
const wire = (payload: Record<string, unknown>) => JSON.stringify({ aps: { 'content-available': 1 }, ...payload });

const change = fc.tuple(
  fc.constantFrom(ARTICLE, 'api::page.page', 'api::note.note', 'plugin::shop.ürün'),
  fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }),
  fc.option(fc.constantFrom('en', 'de', 'pt-BR'), { nil: null }),
  fc.constantFrom('publish' as const, 'unpublish' as const, 'delete' as const),
) satisfies fc.Arbitrary<PayloadChange>;

const customKeys = fc
  .dictionary(fc.string({ maxLength: 12 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 8 })
  .filter((keys) => checkCustomKeys(keys) === null);

const input = fc.record({
  customKeys,
  epoch: fc.constant(INPUT.epoch),
  since: fc.nat(),
  rev: fc.nat(),
  floor: fc.nat(10),
  changes: fc.oneof(
    fc.record({ rung: fc.constant('changes' as const), changes: fc.array(change, { maxLength: 120 }) }),
    fc.record({
      rung: fc.constant('types' as const),
      types: fc.array(fc.string({ maxLength: 90 }), { maxLength: 80 }),
    }),
    fc.constant({ rung: 'refresh' as const }),
  ),
});

describe('the payload', () => {
  it('never has more than 4,096 bytes, `aps` and custom keys included', () => {
    fc.assert(
      fc.property(input, (given) => {
        const { payload, bytes } = buildPayload(given);
        expect(bytes).toBe(Buffer.byteLength(wire(payload)));
        expect(bytes).toBeLessThanOrEqual(MAX_PAYLOAD_BYTES);
      }),
    );
  });

  it('leaves nothing out without saying so', () => {
    fc.assert(
      fc.property(input, (given) => {
        const { payload, rung } = buildPayload(given);
        const content = payload.content as { changes?: PayloadChange[]; types?: string[]; refresh?: string };
        expect(Object.keys(content)).toEqual(['v', 'epoch', 'since', 'rev', rung]);
        if (rung === 'refresh') return expect(content.refresh).toBe('all');
        const types = given.changes.rung === 'changes' ? given.changes.changes.map(([type]) => type) : undefined;
        if (rung === 'types') {
          const expected = types ?? (given.changes.rung === 'types' ? given.changes.types : []);
          return expect(content.types).toEqual([...new Set(expected)].sort());
        }
        expect(given.changes.rung).toBe('changes');
        for (const [type, document, locale] of given.changes.rung === 'changes' ? given.changes.changes : []) {
          const told = content.changes?.filter((one) => one[0] === type && one[1] === document && one[2] === locale);
          expect(told).toHaveLength(1);
        }
      }),
    );
  });

  it('carries the app’s own keys as they are, beside `content`', () => {
    fc.assert(
      fc.property(customKeys, (keys) => {
        const { content, ...rest } = buildPayload({ ...INPUT, customKeys: keys }).payload;
        expect(JSON.stringify(rest)).toBe(JSON.stringify(keys));
        expect(content).toBeDefined();
      }),
    );
  });

  it('merges by content type, document and locale: the last action wins and stands where it happened', () => {
    const changes: PayloadChange[] = [
      [ARTICLE, 'a', 'en', 'publish'],
      [ARTICLE, 'a', 'de', 'publish'],
      [ARTICLE, 'b', null, 'publish'],
      [ARTICLE, 'a', 'en', 'delete'],
    ];
    expect(mergeChanges(changes)).toEqual([
      [ARTICLE, 'a', 'de', 'publish'],
      [ARTICLE, 'b', null, 'publish'],
      [ARTICLE, 'a', 'en', 'delete'],
    ]);
  });

  it('reads as the design says', () => {
    const { payload, rung } = buildPayload({
      ...INPUT,
      customKeys: { campaign: 'autumn' },
      changes: { rung: 'changes', changes: [[ARTICLE, 'a1', 'en', 'publish']] },
    });
    expect(rung).toBe('changes');
    expect(wire(payload)).toBe(
      '{"aps":{"content-available":1},"campaign":"autumn","content":{"v":1,"epoch":"0123456789abcdef","since":41,"rev":43,"changes":[["api::article.article","a1","en","publish"]]}}',
    );
  });

  it('names the content types when the changes do not fit, and says `refresh` when those do not either', () => {
    const many = Array.from({ length: 200 }, (_, n): PayloadChange => [ARTICLE, `document-${n}`, 'en', 'publish']);
    expect(buildPayload({ ...INPUT, changes: { rung: 'changes', changes: many } })).toMatchObject({
      rung: 'types',
      payload: { content: { types: [ARTICLE] } },
    });
    const types = Array.from({ length: 200 }, (_, n) => `api::a-rather-long-name-${n}.one`);
    expect(buildPayload({ ...INPUT, changes: { rung: 'types', types } })).toMatchObject({
      rung: 'refresh',
      payload: { content: { refresh: 'all' } },
    });
  });

  it('fills the last byte before it says less', () => {
    const ofLength = (length: number) =>
      buildPayload({
        ...INPUT,
        changes: { rung: 'changes', changes: [[ARTICLE, 'x'.repeat(length), null, 'delete']] },
      });
    const spare = MAX_PAYLOAD_BYTES - ofLength(1).bytes;
    expect(ofLength(1 + spare)).toMatchObject({ rung: 'changes', bytes: MAX_PAYLOAD_BYTES });
    expect(ofLength(2 + spare).rung).toBe('types');
  });

  it('counts bytes and not characters', () => {
    const changes: PayloadChange[] = [[ARTICLE, 'ü'.repeat(2_030), null, 'delete']];
    expect(buildPayload({ ...INPUT, changes: { rung: 'changes', changes } }).rung).toBe('types');
  });

  it('sends an app below the feed’s floor to fetch everything', () => {
    const changes = { rung: 'changes' as const, changes: [[ARTICLE, 'a', 'en', 'publish']] as PayloadChange[] };
    expect(buildPayload({ ...INPUT, changes, since: 41, floor: 42 }).rung).toBe('refresh');
    expect(buildPayload({ ...INPUT, changes, since: 42, floor: 42 }).rung).toBe('changes');
  });

  it('of a test push says that nothing changed', () => {
    const { payload } = buildPayload({ ...INPUT, since: 43, rev: 43 });
    expect(payload.content).toMatchObject({ since: 43, rev: 43, changes: [] });
  });

  it('has room for `refresh` beside the largest custom keys there may be', () => {
    const keys = { k: '' };
    keys.k = 'x'.repeat(MAX_CUSTOM_KEYS_BYTES - Buffer.byteLength(JSON.stringify(keys)));
    expect(checkCustomKeys(keys)).toBeNull();
    const numbers = { since: Number.MAX_SAFE_INTEGER, rev: Number.MAX_SAFE_INTEGER };
    const changes = { rung: 'changes' as const, changes: [[ARTICLE, 'a', 'en', 'publish']] as PayloadChange[] };
    const built = buildPayload({ ...INPUT, ...numbers, customKeys: keys, changes, spread: 30 });
    expect(built).toMatchObject({ rung: 'refresh', bytes: MAX_PAYLOAD_BYTES });
    keys.k += 'x';
    expect(checkCustomKeys(keys)).toMatch(/at most \d+ bytes/);
    expect(() => buildPayload({ ...INPUT, ...numbers, customKeys: keys, changes, spread: 30 })).toThrow(RangeError);
  });
});
