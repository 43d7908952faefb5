import { servicesOf } from '../services-of';
import { createBell } from '../../../server/pipeline/bell';
import { contentOf } from '../../../server/host-content';
import { createLog } from '../../../server/pipeline/log';
import { createVersions } from '../../../server/pipeline/log/versions';
import { TABLES, type IntentRow } from '../../../server/store/tables';
import { eachDatabase } from '../databases';
import { ARTICLE, createEditorScene, type EditorScene } from './editor-scene';

/** No entry shows another. */
const NOBODY = {
  ownersOf: () => [],
  ofRows: async () => ({ owners: [], tooMany: [] }),
  ofDocument: async () => ({ owners: [], tooMany: [] }),
};

/** More than one look reads at once. */
const MANY = 130;

/** What a process left behind that died between its note and the commit of its change. */
eachDatabase((database) => {
  let scene: EditorScene;
  let look: () => Promise<number>;
  beforeAll(async () => {
    scene = await createEditorScene({ database });
    const { store, registry } = servicesOf(scene.strapi);
    const log = { error: (message: string) => expect(message).toBe(''), warn: () => undefined };
    ({ look } = createLog({
      strapi: scene.strapi,
      store,
      registry,
      bell: createBell(),
      owners: NOBODY,
      content: contentOf(scene.strapi),
      state: { code: 'on' },
      log,
    }).lookAgain);
  });
  afterAll(() => scene.booted.stop());
  afterEach(() => servicesOf(scene.strapi).store.knex(TABLES.intents).delete());

  const longAgo = () => servicesOf(scene.strapi).store.now() - 120_000;

  async function leave(notes: Partial<IntentRow>[]): Promise<void> {
    for (const note of notes) {
      const row = { act: 'died', at: longAgo(), content_type: ARTICLE, locale: 'en', published: 1, ...note };
      await servicesOf(scene.strapi).store.knex(TABLES.intents).insert(row);
    }
  }

  async function publishedRow(title: string) {
    const { documentId } = await scene.documents(ARTICLE).create({ status: 'published', data: { title } });
    const { id } = (await scene.query(ARTICLE).findOne({ where: { documentId, publishedAt: { $notNull: true } } })) as {
      id: number;
    };
    return { row_id: id, document_id: documentId };
  }

  const notesLeft = async () => (await servicesOf(scene.strapi).store.knex(TABLES.intents)).length;

  it('looks past many rows that nobody wrote at one that was written', async () => {
    const untouched = await publishedRow('Untouched');
    const written = await publishedRow('Written');
    const marks = await createVersions(scene.strapi).marks(ARTICLE, [untouched.row_id]);
    const same = { ...untouched, row_mark: marks.get(untouched.row_id)! };
    await leave([...Array.from({ length: MANY }, () => same), { ...written, row_mark: 'as it was before' }]);
    const since = (await scene.log()).length;
    expect(await look()).toBe(1);
    const logged = (await scene.log()).slice(since);
    expect(logged).toEqual([{ key: `${ARTICLE} ${written.document_id} en`, action: 'publish', wakes: true }]);
    expect(await notesLeft()).toBe(MANY);
  });

  it('logs every row that one write created', async () => {
    const { row_id: newest } = await publishedRow('Before');
    const publishedAt = new Date();
    const rows = Array.from({ length: MANY }, (_, n) => ({
      documentId: `document${n}of${newest}`.padEnd(24, 'x'),
      locale: 'en',
      title: `Row ${n}`,
      publishedAt,
    }));
    await scene.query(ARTICLE).createMany({ data: rows });
    await leave([{ row_id: newest, document_id: null, locale: null, published: 0, row_mark: null }]);
    const since = (await scene.log()).length;
    expect(await look()).toBe(1);
    const logged = (await scene.log()).slice(since).map(({ key, action }) => `${action} ${key}`);
    expect(logged.sort()).toEqual(rows.map(({ documentId }) => `publish ${ARTICLE} ${documentId} en`).sort());
    expect(await notesLeft()).toBe(0);
  });
});
