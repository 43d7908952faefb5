import { ARTICLE, NOTE, type EditorWorld } from './editor-world';

/** What a scenario came to: plain data, the same on every run. */
export type Observation = Record<string, unknown>;

export interface Scenario {
  name: string;
  run(world: EditorWorld): Promise<Observation>;
}

type HookName = 'afterCreate' | 'afterUpdate' | 'afterDelete' | 'beforeCreate';
type Hook = (event: { params: { data: { title?: string; publishedAt?: unknown } } }) => unknown;
type Middleware = (context: { uid: string; action: string }, next: () => Promise<unknown>) => Promise<unknown>;

/** The acts in which lifecycles of a published row run, each as an editor or a script does it. */
const ACTS: Record<string, (world: EditorWorld, documentId: string) => Promise<unknown>> = {
  publish: (world, documentId) => world.documents(ARTICLE).publish({ documentId }),
  unpublish: (world, documentId) => world.documents(ARTICLE).unpublish({ documentId }),
  delete: (world, documentId) => world.documents(ARTICLE).delete({ documentId }),
  'REST POST': (world) => world.booted.request.post('/api/articles').send({ data: { title: 'Posted' } }),
  'REST PUT': (world, documentId) =>
    world.booted.request.put(`/api/articles/${documentId}`).send({ data: { rating: 5 } }),
  'REST DELETE': (world, documentId) => world.booted.request.delete(`/api/articles/${documentId}`),
};

async function published(world: EditorWorld, title = 'One'): Promise<string> {
  return (await world.documents(ARTICLE).create({ status: 'published', data: { title, rating: 1 } })).documentId;
}

async function titles(world: EditorWorld, documentIds: string[]): Promise<string[]> {
  const where = { documentId: { $in: documentIds }, publishedAt: { $notNull: true } };
  const rows = (await world.query(ARTICLE).findMany({ where, orderBy: 'title' })) as { title: string }[];
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
async function withHooks<T>(world: EditorWorld, hooks: Partial<Record<HookName, Hook>>, act: () => Promise<T>) {
  const model = world.strapi.db.metadata.get(ARTICLE) as { lifecycles?: object };
  const unsubscribe = world.strapi.db.lifecycles.subscribe({ models: [ARTICLE], ...hooks } as never);
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
async function withMiddleware<T>(world: EditorWorld, middleware: Middleware, act: () => Promise<T>): Promise<T> {
  const remove = world.strapi.documents.use(middleware as never) as unknown as () => void;
  try {
    return await act();
  } finally {
    remove();
  }
}

/** Un-awaited work that goes on when the act is over: it is held until then. */
const unawaited = (what: string, work: (world: EditorWorld, act: string) => Promise<unknown>): Scenario[] =>
  Object.entries(ACTS).map(([act, run]) => ({
    name: `${what} that a lifecycle starts and does not wait for goes on after ${act}`,
    async run(world) {
      const documentId = await published(world);
      const started: Promise<string>[] = [];
      let over = () => {};
      const end = new Promise<void>((resolve) => (over = resolve));
      const hook = () => {
        started.push(outcome(end.then(() => work(world, act))));
      };
      const acted = await withHooks(world, { afterCreate: hook, afterUpdate: hook, afterDelete: hook }, () =>
        outcome(run(world, documentId)),
      );
      over();
      return { acted, started: await Promise.all(started) };
    },
  }));

/** Un-awaited work that runs beside the act, whichever is over first. */
const beside = (what: string, work: (world: EditorWorld) => Promise<unknown>): Scenario[] =>
  Object.entries(ACTS).map(([act, run]) => ({
    name: `${what} that a lifecycle starts and does not wait for runs beside ${act}`,
    async run(world) {
      const documentId = await published(world);
      const started: Promise<string>[] = [];
      let once = false;
      const hook = () => {
        if (once) return;
        once = true;
        started.push(outcome(work(world)));
      };
      const acted = await withHooks(world, { afterCreate: hook, afterUpdate: hook, afterDelete: hook }, () =>
        outcome(run(world, documentId)),
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
  ...unawaited('a query', (world) => world.query(NOTE).create({ data: { title: 'Audit', publishedAt: new Date() } })),
  ...unawaited('a write to the type itself', (world) =>
    world.query(ARTICLE).create({ data: { title: 'Copy', locale: 'en', publishedAt: new Date() } }),
  ),
  ...unawaited('a document', (world) => world.documents(NOTE).create({ data: { title: 'Audit' } })),
  ...beside('reading', (world) => world.query(NOTE).findMany({})),

  {
    name: 'a publish that fails half-way keeps the old version when a middleware of the app swallows the error',
    async run(world) {
      const documentId = await published(world, 'Old version');
      await world.documents(ARTICLE).update({ documentId, data: { title: 'New version' } });
      const swallow: Middleware = async (_context, next) => next().catch(() => ({ entries: [] }));
      const acted = await withMiddleware(world, swallow, () =>
        withHooks(world, failingPublish('does not validate'), () =>
          outcome(world.documents(ARTICLE).publish({ documentId })),
        ),
      );
      return { acted, titles: await titles(world, [documentId]) };
    },
  },
  {
    name: 'a publish that fails half-way fails with its own error',
    async run(world) {
      const documentId = await published(world, 'Old version');
      const acted = await withHooks(world, failingPublish('does not validate'), () =>
        outcome(world.documents(ARTICLE).publish({ documentId })),
      );
      return { acted, titles: await titles(world, [documentId]) };
    },
  },
  {
    name: 'a middleware that asks a frontend, which reads the content back, sees what was published',
    async run(world) {
      const documentId = await published(world, 'Old text');
      await world.documents(ARTICLE).update({ documentId, data: { title: 'New text' } });
      let read: unknown;
      const revalidate: Middleware = async ({ action }, next) => {
        const result = await next();
        if (action !== 'publish') return result;
        const { body } = await world.booted.request.get(`/api/articles/${documentId}`);
        read = (body as { data: { title: string } }).data.title;
        return result;
      };
      const acted = await withMiddleware(world, revalidate, () =>
        outcome(world.documents(ARTICLE).publish({ documentId })),
      );
      return { acted, read };
    },
  },
  {
    name: 'several publishes side by side in one transaction, of which one fails and is caught, commit the others',
    async run(world) {
      const documentIds: string[] = [];
      for (const title of ['A', 'B', 'C', 'D']) documentIds.push(await published(world, title));
      const hooks = {
        beforeCreate: ({ params: { data } }: Parameters<Hook>[0]) => {
          if (data.title === 'B' && data.publishedAt) throw new Error('B does not validate');
        },
      };
      const outcomes = await withHooks(world, hooks, () =>
        world.strapi.db.transaction(() =>
          Promise.all(documentIds.map((documentId) => outcome(world.documents(ARTICLE).publish({ documentId })))),
        ),
      );
      return { outcomes, titles: await titles(world, documentIds) };
    },
  },
  {
    name: 'several publishes side by side in one transaction that fails are all undone',
    async run(world) {
      const documentIds: string[] = [];
      for (const title of ['A', 'B', 'C']) documentIds.push(await published(world, title));
      for (const documentId of documentIds) {
        await world.documents(ARTICLE).update({ documentId, data: { title: 'Changed' } });
      }
      const acted = await outcome(
        world.strapi.db.transaction(async () => {
          await Promise.all(documentIds.map((documentId) => world.documents(ARTICLE).publish({ documentId })));
          throw new Error('all of it');
        }),
      );
      return { acted, titles: await titles(world, documentIds) };
    },
  },
  {
    name: 'a bulk publish of the Content Manager',
    async run(world) {
      const documentIds: string[] = [];
      for (const title of ['A', 'B', 'C']) documentIds.push(await published(world, title));
      const { status, body } = await world.booted.request
        .post(`/content-manager/collection-types/${ARTICLE}/actions/bulkPublish`)
        .set('Authorization', `Bearer ${await world.booted.adminToken()}`)
        .send({ documentIds });
      return { status, body: body as unknown, titles: await titles(world, documentIds) };
    },
  },
  {
    name: 'a lifecycle that publishes another document, and waits for it',
    async run(world) {
      const [first, second] = [await published(world, 'First'), await published(world, 'Second')];
      await world.documents(ARTICLE).update({ documentId: second, data: { title: 'Second, again' } });
      let once = false;
      const hooks = {
        async afterCreate() {
          if (once) return;
          once = true;
          await world.documents(ARTICLE).publish({ documentId: second });
        },
      };
      const acted = await withHooks(world, hooks, () =>
        outcome(world.documents(ARTICLE).publish({ documentId: first })),
      );
      return { acted, titles: await titles(world, [first, second]) };
    },
  },
  {
    name: 'a middleware that changes what is asked for',
    async run(world) {
      const documentId = await published(world, 'One');
      const change: Middleware = (context, next) => {
        const { params } = context as unknown as { params: { data?: { title?: string } } };
        if (params.data) params.data.title = 'Changed by a middleware';
        return next();
      };
      await withMiddleware(world, change, () =>
        world.documents(ARTICLE).update({ documentId, status: 'published', data: { title: 'Two' } }),
      );
      return { titles: await titles(world, [documentId]) };
    },
  },
  {
    name: 'a transaction of somebody’s own that is committed by hand',
    async run(world) {
      const documentId = await published(world, 'Old');
      const acted = await outcome(
        world.strapi.db.transaction(async ({ commit }) => {
          await world.documents(ARTICLE).unpublish({ documentId });
          await commit();
          await world.query(NOTE).create({ data: { title: 'Behind the commit', publishedAt: new Date() } });
        }),
      );
      return { acted, titles: await titles(world, [documentId]) };
    },
  },
  {
    name: 'a publish of a document that is not there',
    async run(world) {
      const result = await world.documents(ARTICLE).publish({ documentId: 'doesnotexist' });
      return { entries: result.entries.length };
    },
  },
  {
    name: 'what an act hands back, with and without fields',
    async run(world) {
      const documentId = await published(world, 'One');
      const keys = (result: { entries: unknown[] }) => Object.keys(result.entries[0] as object).sort();
      return {
        whole: keys(await world.documents(ARTICLE).publish({ documentId })),
        cut: keys(await world.documents(ARTICLE).publish({ documentId, fields: ['title'] })),
      };
    },
  },
];
