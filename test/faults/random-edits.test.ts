import { ARTICLE, createEditorScene, NOTE, PAGE, type EditorScene } from '../integration/capture/editor-scene';
import { createRandom, randomSeed } from './random';
import { onDatabases, SMOKE } from './size';

const EDITS = SMOKE ? 40 : 300;
const WITHIN_MS = 1_200_000;
const seed = randomSeed();

interface Edit {
  name: string;
  run(): Promise<unknown>;
}

/** After each of many edits, whoever made them and however they ended: what is logged is what changed. */
onDatabases((client) => {
  let scene: EditorScene;
  beforeAll(async () => {
    scene = await createEditorScene({ database: client });
  });
  afterAll(() => scene.booted.stop());

  it(
    `logs what changed and nothing else through ${EDITS} edits (seed ${seed})`,
    async () => {
      const edits = createEdits(scene, createRandom(seed));
      for (let n = 0; n < EDITS; n++) {
        const { name, run } = edits();
        // What an edit throws is its own affair: content that is half written, then rolled back, is part of the walk.
        await scene
          .checked(() => run().catch(() => undefined))
          .catch((error: Error) => {
            throw new Error(`edit ${n}, ${name}: ${error.message}`, { cause: error });
          });
      }
    },
    WITHIN_MS,
  );
});

function createEdits(scene: EditorScene, random: () => number): () => Edit {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  const known: string[] = [];
  const articles = scene.documents(ARTICLE);
  const rows = scene.query(ARTICLE);
  let count = 0;
  const title = () => `Title ${++count}`;
  const rating = () => Math.floor(random() * 5);
  const some = () => pick(known);
  const locale = () => pick(['en', 'fr', 'de'] as const);
  const status = () => pick([undefined, 'published', 'draft'] as const);
  const published = { publishedAt: { $notNull: true } };

  /** One transaction around several acts, which may fail at the end, and whose error may be swallowed. */
  const together = (acts: () => Promise<unknown>) =>
    scene.strapi.db.transaction(async () => {
      await acts();
      if (random() < 0.4) throw new Error('rolled back');
    });

  const edits: [name: string, run: () => Promise<unknown>][] = [
    [
      'create',
      async () =>
        void known.push(
          (await articles.create({ status: status(), data: { title: title(), rating: rating() } })).documentId,
        ),
    ],
    [
      'update',
      () =>
        articles.update({
          documentId: some(),
          locale: locale(),
          status: status(),
          data: { title: title(), rating: rating() },
        }),
    ],
    ['publish', () => articles.publish({ documentId: some(), locale: pick(['en', 'fr', '*', ['en', 'de']]) })],
    ['unpublish', () => articles.unpublish({ documentId: some(), locale: pick(['en', 'fr', '*']) })],
    ['delete', () => articles.delete({ documentId: some(), locale: pick(['fr', 'de', '*']) })],
    ['discardDraft', () => articles.discardDraft({ documentId: some(), locale: locale() })],
    ['clone', () => articles.clone({ documentId: some() })],
    ['note', () => scene.documents(NOTE).create({ data: { title: title() } })],
    [
      'page',
      async () => {
        const { documentId } = await scene.documents(PAGE).create({ status: 'published', data: { title: title() } });
        if (random() < 0.5) await scene.documents(PAGE).delete({ documentId });
      },
    ],
    ['raw update', () => rows.update({ where: { documentId: some(), ...published }, data: { title: title() } })],
    [
      'raw withdrawal',
      async () => {
        const document = { documentId: some(), locale: 'en' };
        // The published row becomes the draft: of two drafts Strapi would publish both.
        const shown = await rows.count({ where: { ...document, ...published } });
        if (shown > 0) await rows.delete({ where: { ...document, publishedAt: { $null: true } } });
        await rows.update({ where: { ...document, ...published }, data: { publishedAt: null } });
      },
    ],
    ['raw updateMany', () => rows.updateMany({ where: { rating: rating() }, data: { title: title() } })],
    ['raw delete', () => rows.delete({ where: { documentId: some(), ...published } })],
    ['raw deleteMany', () => rows.deleteMany({ where: { documentId: { $in: [some(), some()] }, ...published } })],
    [
      'raw createMany',
      () =>
        rows.createMany({
          data: [1, 2].map(() => ({ title: title(), locale: 'en', publishedAt: pick([new Date(), null]) })),
        }),
    ],
    [
      'one after the other',
      () =>
        together(async () => {
          await articles.unpublish({ documentId: some() });
          await articles.update({ documentId: some(), status: 'published', data: { title: title() } });
        }),
    ],
    [
      'side by side',
      () =>
        together(() =>
          Promise.all([...new Set([some(), some(), some()])].map((documentId) => articles.publish({ documentId }))),
        ),
    ],
    [
      'swallowed',
      () =>
        scene.strapi.db.transaction(async () => {
          await together(() => articles.publish({ documentId: some() })).catch(() => undefined);
        }),
    ],
  ];
  return () => {
    if (known.length < 3) return { name: edits[0][0], run: edits[0][1] };
    const [name, run] = pick(edits);
    return { name, run };
  };
}
