import { ARTICLE, NOTE, type EditorScene } from './editor-scene';

/** What a scenario came to: plain data, the same on every run. */
export type Observation = Record<string, unknown>;

export interface Scenario {
  name: string;
  run(scene: EditorScene): Promise<Observation>;
}

type HookName = 'afterCreate' | 'afterUpdate' | 'afterDelete' | 'beforeCreate';
type Hook = (event: { params: { data: { title?: string; publishedAt?: unknown } } }) => unknown;
type Middleware = (context: { uid: string; action: string }, next: () => Promise<unknown>) => Promise<unknown>;

/** The acts in which lifecycles of a published row run, each as an editor or a script does it. */
const ACTS: Record<string, (scene: EditorScene, documentId: string) => Promise<unknown>> = {
  publish: (scene, documentId) => scene.documents(ARTICLE).publish({ documentId }),
  unpublish: (scene, documentId) => scene.documents(ARTICLE).unpublish({ documentId }),
  delete: (scene, documentId) => scene.documents(ARTICLE).delete({ documentId }),
  'REST POST': (scene) => scene.booted.request.post('/api/articles').send({ data: { title: 'Posted' } }),
  'REST PUT': (scene, documentId) =>
    scene.booted.request.put(`/api/articles/${documentId}`).send({ data: { rating: 5 } }),
  'REST DELETE': (scene, documentId) => scene.booted.request.delete(`/api/articles/${documentId}`),
};

async function published(scene: EditorScene, title = 'One'): Promise<string> {
  return (await scene.documents(ARTICLE).create({ status: 'published', data: { title, rating: 1 } })).documentId;
}

async function titles(scene: EditorScene, documentIds: string[]): Promise<string[]> {
  const where = { documentId: { $in: documentIds }, publishedAt: { $notNull: true } };
  const rows = (await scene.query(ARTICLE).findMany({ where, orderBy: 'title' })) as { title: string }[];
  return rows.map(({ title }) => title);
}

/** What `work` came to, an error by its message: ids differ from run to run. */
async function outcome(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: unknown) => `failed: ${(error as Error).message}`,
  );
}

/** Runs `act` while somebody's lifecycle hooks are there. Hooks of the schema's own file run first, those of plugins later. */
async function withHooks<T>(scene: EditorScene, hooks: Partial<Record<HookName, Hook>>, act: () => Promise<T>) {
  const model = scene.strapi.db.metadata.get(ARTICLE) as { lifecycles?: object };
  const unsubscribe = scene.strapi.db.lifecycles.subscribe({ models: [ARTICLE], ...hooks } as never);
  const own = model.lifecycles;
  model.lifecycles = hooks;
  try {
    return await act();
  } finally {
    model.lifecycles = own;
    unsubscribe();
  }
}

/** Runs `act` with a middleware that an application adds in its own bootstrap, which comes after every plugin's. */
async function withMiddleware<T>(scene: EditorScene, middleware: Middleware, act: () => Promise<T>): Promise<T> {
  const remove = scene.strapi.documents.use(middleware as never) as unknown as () => void;
  try {
    return await act();
  } finally {
    remove();
  }
}

/** Un-awaited work that goes on when the act is over: it is held until then. */
const unawaited = (what: string, work: (scene: EditorScene, act: string) => Promise<unknown>): Scenario[] =>
  Object.entries(ACTS).map(([act, run]) => ({
    name: `${what} that a lifecycle starts and does not wait for goes on after ${act}`,
    async run(scene) {
      const documentId = await published(scene);
      const started: Promise<string>[] = [];
      let over = () => {};
      const end = new Promise<void>((resolve) => (over = resolve));
      const hook = () => {
        started.push(outcome(end.then(() => work(scene, act))));
      };
      const acted = await withHooks(scene, { afterCreate: hook, afterUpdate: hook, afterDelete: hook }, () =>
        outcome(run(scene, documentId)),
      );
      over();
      return { acted, started: await Promise.all(started) };
    },
  }));

/** Un-awaited work that runs beside the act, whichever is over first. */
const beside = (what: string, work: (scene: EditorScene) => Promise<unknown>): Scenario[] =>
  Object.entries(ACTS).map(([act, run]) => ({
    name: `${what} that a lifecycle starts and does not wait for runs beside ${act}`,
    async run(scene) {
      const documentId = await published(scene);
      const started: Promise<string>[] = [];
      let once = false;
      const hook = () => {
        if (once) return;
        once = true;
        started.push(outcome(work(scene)));
      };
      const acted = await withHooks(scene, { afterCreate: hook, afterUpdate: hook, afterDelete: hook }, () =>
        outcome(run(scene, documentId)),
      );
      return { acted, started: await Promise.all(started) };
    },
  }));

/** Fails while the published row is written, when the old one is gone already. */
const failingPublish = (error: string) => ({
  beforeCreate: ({ params }: Parameters<Hook>[0]) => {
    if (params.data.publishedAt) throw new Error(error);
  },
});

export const SCENARIOS: Scenario[] = [
  ...unawaited('a query', (scene) => scene.query(NOTE).create({ data: { title: 'Audit', publishedAt: new Date() } })),
  ...unawaited('a write to the type itself', (scene) =>
    scene.query(ARTICLE).create({ data: { title: 'Copy', locale: 'en', publishedAt: new Date() } }),
  ),
  ...unawaited('a document', (scene) => scene.documents(NOTE).create({ data: { title: 'Audit' } })),
  ...beside('reading', (scene) => scene.query(NOTE).findMany({})),

  {
    name: 'a publish that fails half-way keeps the old version when a middleware of the app swallows the error',
    async run(scene) {
      const documentId = await published(scene, 'Old version');
      await scene.documents(ARTICLE).update({ documentId, data: { title: 'New version' } });
      const swallow: Middleware = async (_context, next) => next().catch(() => ({ entries: [] }));
      const acted = await withMiddleware(scene, swallow, () =>
        withHooks(scene, failingPublish('does not validate'), () =>
          outcome(scene.documents(ARTICLE).publish({ documentId })),
        ),
      );
      return { acted, titles: await titles(scene, [documentId]) };
    },
  },
  {
    name: 'a publish that fails half-way fails with its own error',
    async run(scene) {
      const documentId = await published(scene, 'Old version');
      const acted = await withHooks(scene, failingPublish('does not validate'), () =>
        outcome(scene.documents(ARTICLE).publish({ documentId })),
      );
      return { acted, titles: await titles(scene, [documentId]) };
    },
  },
  {
    name: 'a middleware that asks a frontend, which reads the content back, sees what was published',
    async run(scene) {
      const documentId = await published(scene, 'Old text');
      await scene.documents(ARTICLE).update({ documentId, data: { title: 'New text' } });
      let read: unknown;
      const revalidate: Middleware = async ({ action }, next) => {
        const result = await next();
        if (action !== 'publish') return result;
        const { body } = await scene.booted.request.get(`/api/articles/${documentId}`);
        read = (body as { data: { title: string } }).data.title;
        return result;
      };
      const acted = await withMiddleware(scene, revalidate, () =>
        outcome(scene.documents(ARTICLE).publish({ documentId })),
      );
      return { acted, read };
    },
  },
  {
    name: 'several publishes side by side in one transaction, of which one fails and is caught, commit the others',
    async run(scene) {
      const documentIds: string[] = [];
      for (const title of ['A', 'B', 'C', 'D']) documentIds.push(await published(scene, title));
      const hooks = {
        beforeCreate: ({ params: { data } }: Parameters<Hook>[0]) => {
          if (data.title === 'B' && data.publishedAt) throw new Error('B does not validate');
        },
      };
      const outcomes = await withHooks(scene, hooks, () =>
        scene.strapi.db.transaction(() =>
          Promise.all(documentIds.map((documentId) => outcome(scene.documents(ARTICLE).publish({ documentId })))),
        ),
      );
      return { outcomes, titles: await titles(scene, documentIds) };
    },
  },
  {
    name: 'several publishes side by side in one transaction that fails are all undone',
    async run(scene) {
      const documentIds: string[] = [];
      for (const title of ['A', 'B', 'C']) documentIds.push(await published(scene, title));
      for (const documentId of documentIds) {
        await scene.documents(ARTICLE).update({ documentId, data: { title: 'Changed' } });
      }
      const acted = await outcome(
        scene.strapi.db.transaction(async () => {
          await Promise.all(documentIds.map((documentId) => scene.documents(ARTICLE).publish({ documentId })));
          throw new Error('all of it');
        }),
      );
      return { acted, titles: await titles(scene, documentIds) };
    },
  },
  {
    name: 'a bulk publish of the Content Manager',
    async run(scene) {
      const documentIds: string[] = [];
      for (const title of ['A', 'B', 'C']) documentIds.push(await published(scene, title));
      const { status, body } = await scene.booted.request
        .post(`/content-manager/collection-types/${ARTICLE}/actions/bulkPublish`)
        .set('Authorization', `Bearer ${await scene.booted.adminToken()}`)
        .send({ documentIds });
      return { status, body: body as unknown, titles: await titles(scene, documentIds) };
    },
  },
  {
    name: 'a lifecycle that publishes another document, and waits for it',
    async run(scene) {
      const [first, second] = [await published(scene, 'First'), await published(scene, 'Second')];
      await scene.documents(ARTICLE).update({ documentId: second, data: { title: 'Second, again' } });
      let once = false;
      const hooks = {
        async afterCreate() {
          if (once) return;
          once = true;
          await scene.documents(ARTICLE).publish({ documentId: second });
        },
      };
      const acted = await withHooks(scene, hooks, () =>
        outcome(scene.documents(ARTICLE).publish({ documentId: first })),
      );
      return { acted, titles: await titles(scene, [first, second]) };
    },
  },
  {
    name: 'a middleware that changes what is asked for',
    async run(scene) {
      const documentId = await published(scene, 'One');
      const change: Middleware = (context, next) => {
        const { params } = context as unknown as { params: { data?: { title?: string } } };
        if (params.data) params.data.title = 'Changed by a middleware';
        return next();
      };
      await withMiddleware(scene, change, () =>
        scene.documents(ARTICLE).update({ documentId, status: 'published', data: { title: 'Two' } }),
      );
      return { titles: await titles(scene, [documentId]) };
    },
  },
  {
    name: 'a transaction of somebody’s own that is committed by hand',
    async run(scene) {
      const documentId = await published(scene, 'Old');
      const acted = await outcome(
        scene.strapi.db.transaction(async ({ commit }) => {
          await scene.documents(ARTICLE).unpublish({ documentId });
          await commit();
          await scene.query(NOTE).create({ data: { title: 'Behind the commit', publishedAt: new Date() } });
        }),
      );
      return { acted, titles: await titles(scene, [documentId]) };
    },
  },
  {
    name: 'a publish of a document that is not there',
    async run(scene) {
      const result = await scene.documents(ARTICLE).publish({ documentId: 'doesnotexist' });
      return { entries: result.entries.length };
    },
  },
  {
    name: 'what an act hands back, with and without fields',
    async run(scene) {
      const documentId = await published(scene, 'One');
      const keys = (result: { entries: unknown[] }) => Object.keys(result.entries[0] as object).sort();
      return {
        whole: keys(await scene.documents(ARTICLE).publish({ documentId })),
        cut: keys(await scene.documents(ARTICLE).publish({ documentId, fields: ['title'] })),
      };
    },
  },
];
