import { AsyncLocalStorage } from 'node:async_hooks';
import { isDeepStrictEqual } from 'node:util';
import { contentOf } from '../../server/host-content';
import { defaultPopulate } from '../../server/content/default-query';
import type { Database } from '../integration/databases';
import { createEditor } from '../integration/content/editor';
import {
  ARTICLE,
  AUTHOR,
  BUNDLE_ID,
  bootLibrary,
  CATEGORY,
  FILE,
  fill,
  HOMEPAGE,
  PLANTED,
  triggerOf,
  type Library,
} from '../integration/content/library';
import { createPhone, type Phone } from '../integration/content/phone';
import { readAllRest } from '../integration/content/rest';
import { SHOWN } from './library-shape';
import { createRandom, randomSeed } from './random';
import { onDatabases, SMOKE } from './size';

const EDITS = Number(process.env.FAULTS_EDITS ?? (SMOKE ? 80 : 2_000));
const LOCALES = ['en', 'fr', 'de'] as const;

/** Without one of these, phones must be seen to miss something: else the walk would prove nothing. */
const PIECES: Record<string, (library: Library) => void> = {
  'who shows what, before and after': ({ owners }) => {
    owners.ownersOf = () => [];
  },
  'who showed it before': ({ owners }) => {
    owners.ofRows = async () => ({ owners: [], tooMany: [] });
  },
  'who shows it now': ({ owners }) => {
    owners.ofDocument = async () => ({ owners: [], tooMany: [] });
  },
  'what becomes of files': ({ owners: all }) => {
    const { ownersOf } = all;
    all.ownersOf = (uid) => (uid === FILE ? [] : ownersOf(uid));
  },
  'what is written past the Document Service': ({ strapi, services: { capture } }) => {
    const { lifecycles } = strapi.db;
    const { run } = lifecycles;
    const isUnseen = new AsyncLocalStorage<boolean>();
    Object.defineProperty(capture, 'code', { get: () => (isUnseen.getStore() ? 'disabled' : 'on') });
    // The Document Service has a transaction wherever it writes; files never have one.
    lifecycles.run = (...call: Parameters<typeof run>) =>
      isUnseen.run(call[1] !== FILE && !strapi.db.inTransaction(), () => run.apply(lifecycles, call));
  },
};

/** Populates as Strapi knows them once it runs, and what it shows of them. */
async function bootWalk(database: Database): Promise<{ library: Library; types: Record<string, object | null> }> {
  const related = { related: true as const };
  const probe = await bootLibrary({ triggers: [] });
  const populate = { ...defaultPopulate(contentOf(probe.strapi), ARTICLE), ...SHOWN };
  await probe.stop();
  const library = await bootLibrary({
    database,
    triggers: [
      triggerOf(ARTICLE, { ...related, content: { populate } }),
      ...[AUTHOR, CATEGORY, HOMEPAGE].map((uid) => triggerOf(uid, related)),
    ],
  });
  return { library, types: { [ARTICLE]: populate, [AUTHOR]: null, [CATEGORY]: null, [HOMEPAGE]: null } };
}

/** What a phone holds and what the REST API shows, side by side. */
async function compare(library: Library, types: Record<string, object | null>, phone: Phone) {
  const rest = await readAllRest({ url: library.url, content: contentOf(library.strapi) }, types, LOCALES);
  const held = new Map([...phone.held].map(([key, { content }]) => [key, [content]]));
  return { held, rest };
}

onDatabases((database) => {
  let library: Library;
  let types: Record<string, object | null>;

  beforeAll(async () => {
    ({ library, types } = await bootWalk(database));
  });
  afterAll(() => library?.stop());

  async function expectEqual(phone: Phone, why: string): Promise<void> {
    const { held, rest } = await compare(library, types, phone);
    try {
      expect(held).toEqual(rest);
    } catch (error) {
      const keys = [...new Set([...held.keys(), ...rest.keys()])];
      const wrong = keys.filter((key) => !isDeepStrictEqual(held.get(key), rest.get(key)));
      throw new Error(`${why}: ${wrong.join(', ')}: ${(error as Error).message}`);
    }
    const text = JSON.stringify([...held.values()]);
    for (const planted of PLANTED) expect(text).not.toContain(planted);
  }

  test(`what phones hold is what the REST API answers, after each of ${EDITS} edits`, async () => {
    const seed = randomSeed();
    const random = createRandom(seed);
    const editor = createEditor(library, random);
    await fill(library);
    await library.number();
    const always = createPhone({ library, app: BUNDLE_ID, limit: 7 });
    let often = createPhone({ library, app: BUNDLE_ID, limit: 3 });
    await always.sync();
    await often.sync();
    await expectEqual(always, `seed ${seed}, at first`);
    for (let n = 1; n <= EDITS; n++) {
      const act = await editor.edit();
      await library.number();
      await always.sync();
      const why = `seed ${seed}, after edit ${n} (${act})`;
      await expectEqual(always, why);
      if (random() < 0.05) {
        await often.sync();
        await expectEqual(often, `${why}, after a while offline`);
      }
      // A new installation, while somebody edits.
      if (random() < 0.02) {
        often = createPhone({ library, app: BUNDLE_ID, limit: 2 });
        await often.takeSnapshot(null, async () => {
          await editor.edit();
          await library.number();
        });
        await often.sync();
        await expectEqual(often, `${why}, after a snapshot`);
        await always.sync();
      }
    }
  });
});

/** On one database: what is taken out is the same code on all. */
describe.each(Object.keys(PIECES))('without %s', (piece) => {
  let walk: Awaited<ReturnType<typeof bootWalk>>;

  beforeAll(async () => {
    walk = await bootWalk('sqlite');
  });
  afterAll(() => walk?.library.stop());

  test('phones are soon seen to hold what is out of date', async () => {
    const { library, types } = walk;
    PIECES[piece](library);
    const editor = createEditor(library, createRandom(randomSeed()));
    await fill(library);
    await library.number();
    const phone = createPhone({ library, app: BUNDLE_ID });
    for (let n = 0; n < 1_000; n++) {
      await editor.edit();
      await library.number();
      await phone.sync();
      const { held, rest } = await compare(library, types, phone);
      if (!isDeepStrictEqual(held, rest)) return;
    }
    throw new Error('A thousand edits, and nobody missed it.');
  });
});
