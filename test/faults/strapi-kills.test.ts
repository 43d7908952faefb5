import type { FailpointName } from '../../server/pipeline/failpoint';
import { TABLES, type ChangeRow } from '../../server/store/tables';
import { publishArticle } from './editor';
import { DEVICES, onDatabases } from './size';
import { openStage, WITHIN_MS, type Stage } from './stage';
import { inHand, type InHand } from './verdict';

const PLACES: [FailpointName, number][] = [
  ['after-log-insert', 1],
  ['after-commit', 1],
  ['after-sequence', 1],
  ['after-claim', 2],
  ['mid-page', Math.round(DEVICES / 3)],
  ['before-checkpoint', 3],
  ['mid-checkpoint', 3],
  ['after-checkpoint', 3],
  ['before-finish', 1],
];

onDatabases((client) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(client, { strapi: true });
  });
  afterAll(() => stage.close());

  const logged = async (documentId: string) =>
    (await stage.knex<ChangeRow>(TABLES.changes).where({ document_id: documentId })).length;

  it('logs what it said was published, and wakes everybody for it, though one Strapi after the other is killed', async () => {
    const hands: InHand[] = [];
    const published: string[] = [];
    for (const [place, pass] of PLACES) {
      const strapi = await stage.strapi({ failpoint: `${place}:${pass}=kill` });
      // The process may die of what the last one left to do, or before it has answered.
      const documentId = await publishArticle(strapi, place).catch(() => null);
      expect(await Promise.race([strapi.exited, after(WITHIN_MS)])).toMatchObject({ signal: 'SIGKILL' });
      hands.push(...(await inHand(stage.knex)));
      if (documentId !== null) published.push(documentId);
      if (place === 'after-log-insert') {
        expect(documentId).toBeNull();
        expect(await stage.knex(TABLES.changes)).toEqual([]);
        expect(await stage.knex('articles').whereNotNull('published_at')).toEqual([]);
      }
    }
    await stage.strapi();
    await stage.settled();
    expect(published.length).toBeGreaterThan(0);
    for (const documentId of published) expect(await logged(documentId)).toBe(1);
    await stage.promiseKept({ inHand: hands });
  });
});

const after = (ms: number) =>
  new Promise((_, reject) => setTimeout(() => reject(new Error(`not killed within ${ms} ms`)), ms).unref());
