import type { FailpointName } from '../../server/pipeline/failpoint';
import { TABLES, type ChangeRow, type IntentRow } from '../../server/store/tables';
import { until } from '../until';
import type { StrapiProcess } from '../integration/strapi-process';
import { onDatabases } from './size';
import { openStage, type Stage } from './stage';

const API = ['create', 'update', 'find', 'findOne'].map((action) => `api::article.article.${action}`);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Where a Strapi dies while one request publishes `en` and i18n copies a field into the published `fr`. */
const PLACES: [FailpointName, number][] = [
  ...[1, 2, 3].map((pass): [FailpointName, number] => ['before-log', pass]),
  ...[1, 2].map((pass): [FailpointName, number] => ['after-log-insert', pass]),
  ['after-commit', 1],
  ['after-intent', 1],
  ['after-raw-write', 1],
];

interface PublishedRow {
  id: number;
  locale: string;
  rating: number;
}

onDatabases((client) => {
  let stage: Stage;
  let documentId: string;
  let rating = 1;
  beforeAll(async () => {
    stage = await openStage(client, { strapi: true, devices: 5 });
    const strapi = await stage.strapi();
    await strapi.grantPublic(API);
    documentId = await article(strapi);
    await strapi.kill('SIGTERM');
  });
  afterAll(() => stage.close());

  async function call(strapi: StrapiProcess, method: string, path: string, data: object): Promise<Response> {
    const headers = { 'content-type': 'application/json' };
    return fetch(`${strapi.url}/api/articles${path}`, { method, headers, body: JSON.stringify({ data }) });
  }

  async function article(strapi: StrapiProcess): Promise<string> {
    const created = await call(strapi, 'POST', '', { title: 'One', rating });
    const body = (await created.json()) as { data: { documentId: string } };
    const french = await call(strapi, 'PUT', `/${body.data.documentId}?locale=fr`, { title: 'Un' });
    expect([created.status, french.status]).toEqual([201, 200]);
    return body.data.documentId;
  }

  const published = (): Promise<PublishedRow[]> =>
    stage
      .knex('articles')
      .where({ document_id: documentId })
      .whereNotNull('published_at')
      .orderBy('locale')
      .select('id', 'locale', 'rating');
  const notes = (): Promise<IntentRow[]> => stage.knex(TABLES.intents).select();
  const logged = async (): Promise<string[]> =>
    (await stage.knex<ChangeRow>(TABLES.changes).where({ document_id: documentId })).map(
      ({ action, locale }) => `${action} ${locale}`,
    );

  it.each(PLACES)(
    'tells of every change that was committed when Strapi is killed at %s, pass %i',
    async (place, pass) => {
      const before = await published();
      await stage.knex(TABLES.changes).delete();
      const victim = await stage.strapi({ failpoint: `${place}:${pass}=kill` });
      await call(victim, 'PUT', `/${documentId}`, { rating: ++rating }).catch(() => null);
      expect(await victim.exited).toMatchObject({ signal: 'SIGKILL' });

      const changed = (await published()).filter(
        ({ id, rating: now }, n) => id !== before[n].id || now !== before[n].rating,
      );
      const left = await notes();
      const known = new Set([...(await logged()), ...left.map(({ locale }) => `publish ${locale}`)]);
      expect(changed.filter(({ locale }) => !known.has(`publish ${locale}`))).toEqual([]);

      // What a note is about is looked at again by whichever process runs.
      const written = changed.some(({ locale }) => left.some((note) => note.locale === locale));
      const aged = written ? 2 * MINUTE_MS : 2 * HOUR_MS;
      for (const { id, at } of left)
        await stage
          .knex(TABLES.intents)
          .where({ id })
          .update({ at: Number(at) - aged });
      const next = await stage.strapi();
      await until(async () => (await notes()).length === 0, { within: 60_000, what: 'The look at what was left' });
      expect((await logged()).sort()).toEqual(changed.map(({ locale }) => `publish ${locale}`).sort());
      await next.kill('SIGTERM');
      // The next row begins with both locales alike.
      await stage.knex('articles').where({ document_id: documentId }).update({ rating });
    },
  );
});
