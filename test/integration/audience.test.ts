import fc from 'fast-check';
import type { Knex } from 'knex';
import { countTagged, endOfNext, readMembers, whereAudience } from '../../server/devices';
import { hears, type AudienceFilter } from '../../server/devices/audience';
import { TABLES } from '../../server/store/tables';
import { createDatabase, eachDatabase, type TestDatabase } from './databases';
import { openDatabase } from './open-database';

const LOCALES = [null, 'en', 'en-gb', 'english', 'fr', 'e_-x', 'ex-x'];
const TAGS = [[], ['a'], ['A'], ['b'], ['a', 'b'], ['c:d', 'b', 'a'], ['x']];
const LANE = 1;

/** Every locale with every tags, in two lanes by turns; more than one page of every size that is tried. */
const DEVICES = LOCALES.flatMap((locale) => TAGS.map((tags) => ({ locale, tags }))).flatMap((device, n) =>
  [LANE, LANE + 1].map((laneId) => ({ ...device, id: 2 * n + laneId, laneId })),
);
const HIGHEST = Math.max(...DEVICES.map(({ id }) => id));
const MANY = Array.from({ length: 60 }, (_, n) => `other-${n}`);

const audiences: fc.Arbitrary<AudienceFilter> = fc.record({
  locales: fc.uniqueArray(fc.constantFrom('en', 'en-gb', 'fr', 'e_', 'de'), { maxLength: 3 }),
  tags: fc
    .tuple(fc.uniqueArray(fc.constantFrom('a', 'A', 'b', 'c:d', 'none'), { maxLength: 4 }), fc.boolean())
    .map(([some, isMany]) => (isMany && some.length > 2 ? [...some, ...MANY] : some)),
});

eachDatabase((client) => {
  describe('the devices of an audience', () => {
    let database: TestDatabase;
    let db: Knex;

    beforeAll(async () => {
      database = await createDatabase(client, { empty: true });
      db = openDatabase(database);
      await db.schema.createTable(TABLES.devices, (t) => {
        t.integer('id').primary();
        t.integer('lane_id');
        t.string('locale');
      });
      await db.schema.createTable(TABLES.deviceTags, (t) => {
        t.integer('device_id');
        t.string('tag', 64);
        t.primary(['device_id', 'tag']);
      });
      await db(TABLES.devices).insert(DEVICES.map(({ id, laneId, locale }) => ({ id, lane_id: laneId, locale })));
      await db(TABLES.deviceTags).insert(
        DEVICES.flatMap(({ id, tags }) => tags.map((tag) => ({ device_id: id, tag }))),
      );
    });
    afterAll(async () => {
      await db.destroy();
      await database.drop();
    });

    const members = (audience: AudienceFilter) => DEVICES.filter((one) => one.laneId === LANE && hears(audience, one));
    const ids = (rows: readonly { id: number }[]) => rows.map(({ id }) => id);
    const lane = () => db(TABLES.devices).where({ lane_id: LANE }).orderBy('id').select('id', 'locale');
    const found = async (audience: AudienceFilter) =>
      (await whereAudience(lane(), audience)) as { id: number; locale: string | null }[];
    const localesOf = async (locales: string[]) => [
      ...new Set((await found({ locales, tags: [] })).map(({ locale }) => locale)),
    ];

    async function byPages(audience: AudienceFilter, limit: number): Promise<number[]> {
      const read: number[] = [];
      for (let after = 0; after < HIGHEST;) {
        const stretch = { after, upTo: HIGHEST, limit };
        const page = await readMembers<{ id: number }>(db, { laneId: LANE, audience }, stretch, (devices) =>
          devices.select('id'),
        );
        expect(page.members.length).toBeLessThanOrEqual(limit);
        expect(page.upTo).toBeGreaterThan(after);
        read.push(...ids(page.members));
        after = page.upTo;
      }
      return read;
    }

    it('by locale are those of the locale, of its regions, and those without one', async () => {
      expect(await localesOf(['en'])).toEqual([null, 'en', 'en-gb']);
      expect(await localesOf(['en-gb'])).toEqual([null, 'en-gb']);
      expect(await localesOf(['e_'])).toEqual([null, 'e_-x']);
    });

    it('are those that hear of it, each once, however they are read', async () => {
      await fc.assert(
        fc.asyncProperty(audiences, fc.integer({ min: 1, max: 60 }), async (audience, limit) => {
          const own = ids(members(audience));
          expect(ids(await found(audience))).toEqual(own);
          expect(await byPages(audience, limit)).toEqual(own);
        }),
        { numRuns: 60 },
      );
    });

    it('among some are those that are named', async () => {
      const audience = { locales: [], tags: ['a', 'b'] };
      const among = [1, 3, 5, 7, 9, 11];
      const stretch = { after: 1, upTo: 9, limit: 50, among };
      const page = await readMembers<{ id: number }>(db, { laneId: LANE, audience }, stretch, (some) =>
        some.select('id'),
      );
      expect(page.upTo).toBe(9);
      const own = ids(members(audience)).filter((id) => id > 1 && id <= 9 && among.includes(id));
      expect(ids(page.members)).toEqual(own);
      expect(own).not.toEqual([]);
    });

    it('are cut into stretches of as many, by tags of those alone that have one', async () => {
      const tagged = DEVICES.filter(({ tags }) => tags.includes('a') || tags.includes('b'));
      const byTags = { laneId: LANE, audience: { locales: [], tags: ['a', 'b'] } };
      const stretch = { after: 0, upTo: HIGHEST, limit: 7 };
      expect(await endOfNext(db, byTags, stretch)).toBe(tagged[6].id);
      expect(await endOfNext(db, byTags, { ...stretch, limit: tagged.length + 1 })).toBeNull();
      expect(await endOfNext(db, { laneId: LANE, audience: 'all' }, stretch)).toBe(13);
    });

    it('are counted by lane', async () => {
      const counts = await countTagged(db, [LANE, LANE + 1, 99], ['a']);
      const own = members({ locales: [], tags: ['a'] }).length;
      expect([...counts].sort()).toEqual([
        [LANE, own],
        [LANE + 1, own],
      ]);
    });
  });
});
