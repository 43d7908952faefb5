import type { Knex } from 'knex';
import { SERVER_CLIENTS } from '../database-servers';
import { eachDatabase } from '../databases';
import { openDatabase } from '../open-database';
import { until } from '../../until';
import { ARTICLE, AUTHOR, BUNDLE_ID, bootLibrary, triggerOf, type Library } from './library';
import { createPhone } from './phone';
import { readRest } from './rest';

/** Statements that wait for another's lock; MariaDB tells so only of what takes a second. */
const WAITING: Record<string, string> = {
  postgres: `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  mysql: `select id from information_schema.processlist where db = database() and command = 'Query' and time > 0`,
};

/** A promise, to be kept or broken by others. */
function open() {
  let resolve!: () => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<void>((keep, breakIt) => {
    resolve = keep;
    reject = breakIt;
  });
  return { promise, resolve, reject };
}

/** Two editors at once, each in a transaction. On SQLite one waits for the other from the first statement on. */
eachDatabase((client) => {
  let library: Library;
  let knex: Knex;
  beforeAll(async () => {
    library = await bootLibrary({
      database: client,
      triggers: [ARTICLE, AUTHOR].map((uid) => triggerOf(uid, { related: true })),
    });
    knex = openDatabase(library.database);
  });
  afterAll(async () => {
    await knex?.destroy();
    await library?.stop();
  });

  const somebodyWaits = async () => {
    const answer = (await knex.raw(WAITING[client])) as { rows: unknown[] } | [unknown[]];
    return ('rows' in answer ? answer.rows : answer[0]).length > 0;
  };

  /** Work in a transaction that is committed when `end` is called. */
  function begin(work: () => Promise<unknown>) {
    const gate = open();
    const worked = open();
    const over = library.strapi.db.transaction(async () => {
      await work();
      worked.resolve();
      await gate.promise;
    });
    over.catch(worked.reject);
    return {
      worked: worked.promise,
      async end() {
        gate.resolve();
        await over;
      },
    };
  }

  test.each(['publish', 'unpublish', 'delete'] as const)(
    'an article that comes to show an author is news again when %s takes away what it showed',
    async (act) => {
      const authors = library.documents(AUTHOR);
      const { documentId } = await authors.create({ data: { name: 'Ada' }, status: 'published' });
      await authors.update({ documentId, data: { name: 'Ada L.' } });
      const phone = createPhone({ library, app: BUNDLE_ID });
      let article = '';
      const expectEqual = async () => {
        await library.number();
        await phone.sync();
        const entry = { contentType: ARTICLE, documentId: article, locale: 'en' };
        const { content } = phone.held.get(JSON.stringify(Object.values(entry)))!;
        expect(content).toEqual(await readRest(library, entry));
      };

      const coming = begin(async () => {
        const data = { title: 'by Ada', author: documentId };
        const articles = library.documents(ARTICLE);
        ({ documentId: article } = await articles.create({ data, locale: 'en', status: 'published' }));
      });
      await coming.worked;
      const going = begin(() => authors[act]({ documentId }));
      await until(somebodyWaits, { what: 'The wait of the second for the first' });
      await coming.end();
      await going.worked;
      // Whoever reads now sees the first alone.
      await expectEqual();
      await going.end();
      await expectEqual();
    },
  );
}, SERVER_CLIENTS);
