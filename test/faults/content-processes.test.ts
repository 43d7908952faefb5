import type { Knex } from 'knex';
import { createDatabase, type TestDatabase } from '../integration/databases';
import { SERVER_CLIENTS } from '../integration/database-servers';
import { openDatabase } from '../integration/open-database';
import { LIBRARY, type TestApp } from '../integration/test-app';
import { withDoubles } from './doubles';
import { startLibrary, type LibraryProcess } from './library-process';
import { copyLibrary, shapeOf, type LibraryCopy } from './library-shape';
import { lookNow } from './look-now';
import { createRandom, randomSeed } from './random';
import { createReader, type Reader } from './reader';
import { onDatabases, SMOKE } from './size';

const EDITS = Number(process.env.FAULTS_EDITS ?? (SMOKE ? 40 : 1_000));
const KILLS = SMOKE ? 2 : Math.ceil(EDITS / 50);
/** Of edits that are made at once some fail, with or without the plugin; none may fail at a table of ours. */
const OURS = /background_push/;
/** More than most edits make. */
const STATEMENTS = 120;

interface Step {
  change(copy: LibraryCopy): void;
  /** Whether it changes what an entry looks like. */
  resets: boolean;
}

/** What a developer changes, one after the other. */
const STEPS: Record<string, Step> = {
  'with new fields': {
    resets: true,
    change(copy) {
      copy.change('article', ({ attributes }) => (attributes.subtitle = { type: 'string' }));
      copy.change('author', ({ attributes }) => (attributes.photo = { type: 'media', multiple: false }));
    },
  },
  'with drafts of what had none': {
    resets: false,
    change: (copy) => copy.change('category', ({ options }) => (options!.draftAndPublish = true)),
  },
  'in languages where there was one': {
    resets: true,
    change: (copy) => copy.change('category', (schema) => (schema.pluginOptions = { i18n: { localized: true } })),
  },
  'without drafts where there were some': {
    resets: false,
    change: (copy) => copy.change('author', ({ options }) => (options!.draftAndPublish = false)),
  },
  'in one language where there were several': {
    resets: true,
    change: (copy) => copy.change('homepage', (schema) => (schema.pluginOptions = {})),
  },
};

/** On SQLite, Strapi's own processes lock each other out of the file. */
onDatabases(
  (client) => {
    const seed = randomSeed();
    const random = createRandom(seed);
    const below = (limit: number) => Math.floor(random() * limit);
    const chance = (share: number) => random() < share;
    const failed: string[] = [];
    let database: TestDatabase;
    let knex: Knex;
    let copy: LibraryCopy;
    let app: TestApp = LIBRARY;
    /** Two places; a process comes back to its own. */
    const processes: (LibraryProcess | null)[] = [];
    let started = 0;

    const running = () => processes.filter((one): one is LibraryProcess => one !== null);
    const readerOf = (ask: () => LibraryProcess, limit: number) => createReader(ask, limit, () => withDoubles(knex));
    const any = () => running()[below(running().length)];

    async function start(place: number): Promise<void> {
      const one = await startLibrary({ database, shape: shapeOf(app), app }, { first: started === 0 });
      if (started === 0) await one.fill();
      await one.begin(seed + ++started, `writer ${started}, word`);
      processes[place] = one;
    }

    async function stop(place: number): Promise<void> {
      const one = processes[place];
      processes[place] = null;
      await one?.kill('SIGTERM');
    }

    /** @returns what it did; null: it died of it */
    async function edit(one: LibraryProcess): Promise<string | null> {
      const said = await one.edit();
      if (said?.failed) failed.push(said.done);
      return said?.done ?? null;
    }

    /** Every process edits, at once; when all are over, everybody is still. One that dies of an edit is started again. */
    async function write(share: number): Promise<string> {
      const all = processes.map(async (one, place) => {
        const done: (string | null)[] = [];
        while (one && done.length < share) {
          const last = await edit(one);
          done.push(last);
          if (last === null) {
            await start(place);
            break;
          }
        }
        return done.join(', ');
      });
      return (await Promise.all(all)).join(' | ');
    }

    /** Reads again and again while they write: what it holds in between is half of what comes. */
    async function readUntil(writing: Promise<unknown>, reader: Reader): Promise<void> {
      let isOver = false;
      const over = writing.finally(() => (isOver = true));
      while (!isOver) await reader.sync();
      await over;
    }

    beforeAll(async () => {
      database = await createDatabase(client, { app: LIBRARY });
      knex = openDatabase(database);
      copy = copyLibrary();
      // One after the other: at a first start Strapi makes its tables.
      await start(0);
      await start(1);
    });
    afterAll(async () => {
      await Promise.all(running().map((one) => one.kill()));
      copy?.remove();
      await knex?.destroy();
      await database?.drop();
    });
    afterEach(() => expect(failed.filter((message) => OURS.test(message))).toEqual([]));

    test(`what readers hold is what the REST API answers, while two processes make ${EDITS} edits at once`, async () => {
      const always = readerOf(any, 7);
      const often = readerOf(any, 3);
      let busy = readerOf(any, 2);
      for (const one of [always, often, busy]) await one.becomesEqual(`seed ${seed}, at first`);
      for (let n = 0; n < EDITS;) {
        const share = 1 + below(3);
        const writing = write(share);
        await readUntil(writing, busy);
        const done = await writing;
        n += 2 * share;
        const why = `seed ${seed}, after ${n} edits (${done})`;
        await always.becomesEqual(why);
        await busy.becomesEqual(`${why}, having read meanwhile`);
        if (chance(0.2)) await often.becomesEqual(`${why}, after a while offline`);
        // A new installation, which takes its snapshot while they write.
        if (chance(0.1)) busy = readerOf(any, 2);
      }
      await often.becomesEqual(`seed ${seed}, at last`);
    });

    test(`so it is again when one of them is killed in the middle of an edit, ${KILLS} times`, async () => {
      const always = readerOf(any, 7);
      await always.becomesEqual(`seed ${seed}, before the first`);
      for (let n = 1; n <= KILLS; n++) {
        const victim = processes[n % 2]!;
        await victim.dieAt(1 + below(STATEMENTS), chance(0.5));
        processes[n % 2] = null;
        let last: string | null = '';
        let isDead = false;
        const dying = (async () => {
          for (let done: string | null = ''; done !== null; done = await edit(victim)) last = done;
          isDead = true;
        })();
        while (!isDead) await Promise.all([write(1), always.sync()]);
        await dying;
        await Promise.all([start(n % 2), write(3), always.sync()]);
        await lookNow(knex);
        await always.becomesEqual(`seed ${seed}, after kill ${n} (after ${last})`);
      }
    });

    test('so it is for each process when one comes back and keeps a field to itself that the other shows', async () => {
      const [old, anew] = [0, 1].map((place) => readerOf(() => processes[place]!, 5));
      for (const one of [old, anew]) await one.becomesEqual(`seed ${seed}, before`);
      copy.change('article', ({ attributes }) => (attributes.price.private = true));
      app = copy;
      await stop(1);
      await Promise.all([start(1), write(2)]);
      expect([await old.isReset(), await anew.isReset()]).toEqual([false, true]);
      for (let n = 0; n < 3; n++) {
        for (const one of [old, anew]) await one.becomesEqual(`seed ${seed}, side by side`);
        await write(2);
      }
      await stop(0);
      await start(0);
      expect([await old.isReset(), await anew.isReset()]).toEqual([true, false]);
      for (const one of [old, anew]) await one.becomesEqual(`seed ${seed}, both anew`);
    });

    (SMOKE ? test.skip : test).each(Object.entries(STEPS))(
      'so it is when the library comes back %s',
      async (name, step) => {
        const reader = readerOf(any, 5);
        await reader.becomesEqual(`seed ${seed}, before ${name}`);
        await Promise.all([stop(0), stop(1)]);
        step.change(copy);
        await start(0);
        expect(await reader.isReset()).toBe(step.resets);
        await reader.becomesEqual(`seed ${seed}, ${name}`);
        await start(1);
        for (let n = 0; n < 5; n++) {
          const done = await write(2);
          await reader.becomesEqual(`seed ${seed}, ${name} (${done})`);
        }
      },
    );
  },
  { where: SERVER_CLIENTS },
);
