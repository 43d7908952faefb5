import { ARTICLE, createEditorScene, type EditorScene } from '../integration/capture/editor-scene';
import { eachDatabase, type Database } from '../integration/databases';
import { until } from '../until';
import { startSearchServer } from './search-server';

const WITHIN_MS = 300_000;

/** What an act came to: what was answered, what the search server was sent for it, what is public. */
type Observation = Record<string, unknown>;

/**
 * strapi-plugin-meilisearch, which works on after an act without waiting, and strapi-plugin-publisher, which publishes by
 * itself and then writes the row once more past the Document Service: with a trigger on the type, compared act by act
 * with the plugin switched off.
 */
eachDatabase((database) => {
  let off: Map<string, Observation>;
  let on: Map<string, Observation>;
  beforeAll(async () => {
    off = await observe(database, false);
    on = await observe(database, true);
  }, WITHIN_MS);

  it('gives the other plugins what they get without this one, act by act', () => {
    expect(off.size).toBeGreaterThan(6);
    expect([...off.values()].some(({ sent }) => (sent as string[]).length > 0)).toBe(true);
    expect(on).toEqual(off);
  });
});

interface Act {
  name: string;
  run(scene: EditorScene, documentId: string): Promise<unknown>;
}

const rest = (method: 'post' | 'put' | 'delete', data?: object) => async (scene: EditorScene, documentId: string) => {
  const path = method === 'post' ? '/api/articles' : `/api/articles/${documentId}`;
  return (await scene.booted.request[method](path).send(data && { data })).status;
};

const toggle = (mode: 'publish' | 'unpublish') => async (scene: EditorScene, documentId: string) => {
  const publisher = scene.strapi.plugin('publisher').service('publicationService') as {
    toggle(record: object, mode: string): Promise<void>;
  };
  const action = await scene.documents('plugin::publisher.action').create({
    data: { entityId: documentId, entitySlug: ARTICLE, mode, executeAt: new Date('2026-01-01') },
  });
  await publisher.toggle({ ...action, entityId: documentId, entitySlug: ARTICLE, executeAt: '2026-01-01' }, mode);
};

const ACTS: Act[] = [
  { name: 'REST POST', run: rest('post', { title: 'Posted' }) },
  { name: 'REST PUT', run: rest('put', { title: 'Put', rating: 2 }) },
  { name: 'publish', run: (scene, documentId) => scene.documents(ARTICLE).publish({ documentId }) },
  { name: 'unpublish', run: (scene, documentId) => scene.documents(ARTICLE).unpublish({ documentId }) },
  { name: 'scheduled publish', run: toggle('publish') },
  { name: 'scheduled unpublish', run: toggle('unpublish') },
  { name: 'discard the draft', run: (scene, documentId) => scene.documents(ARTICLE).discardDraft({ documentId }) },
  { name: 'REST DELETE', run: rest('delete') },
];

async function observe(database: Database, plugin: boolean): Promise<Map<string, Observation>> {
  const search = await startSearchServer();
  const scene = await createEditorScene({ database, plugin, env: { MEILISEARCH_HOST: search.url } });
  const observations = new Map<string, Observation>();
  try {
    const store = scene.strapi.plugin('meilisearch').service('store') as Record<
      string,
      (type: object) => Promise<void>
    >;
    await store.addIndexedContentType({ contentType: ARTICLE });
    await store.addListenedContentType({ contentType: ARTICLE });
    const { documentId } = await scene.documents(ARTICLE).create({ status: 'published', data: { title: 'One' } });
    await quiet(search.writes);
    for (const { name, run } of ACTS) {
      const seen = search.writes().length;
      let answer: unknown;
      const act = async () => {
        answer = await run(scene, documentId).then(
          (result) => (typeof result === 'number' ? result : 'done'),
          (error: unknown) => (error as Error).message,
        );
      };
      await (plugin ? scene.checked(act) : act());
      await quiet(search.writes);
      const shown = [...(await scene.publicContent()).values()].map(({ content }) => content);
      const sent = search
        .writes()
        .slice(seen)
        .map((line) => line.replaceAll(documentId, '<id>'))
        .sort();
      observations.set(name, { answer, sent, shown: shown.sort() });
    }
  } finally {
    await scene.booted.stop();
    await search.close();
  }
  return observations;
}

/** Until the other plugin, which nobody can wait for, has sent nothing for a while. */
async function quiet(writes: () => string[]): Promise<void> {
  let last = writes().length;
  let since = performance.now();
  await until(
    () => {
      if (writes().length !== last) [last, since] = [writes().length, performance.now()];
      return performance.now() - since > 1_500;
    },
    { within: 60_000, what: 'The end of what the search plugin sends' },
  );
}
