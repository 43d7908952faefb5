import { TABLES, type ChangeRow, type DeviceRow, type LaneRow } from '../../server/store/tables';
import { startScene, type Scene } from '../integration/scene';
import { until } from '../until';
import { ARTICLE } from './editor';
import { DEVICES, onDatabases, SMOKE } from './size';
import { judge } from './verdict';

const MOST_BYTES = 4_096;
const PER_HOUR = 3;
const MANY = SMOKE ? 150 : 500;
const IN_MS = SMOKE ? 9_000 : 30_000;
const HELD_MS = SMOKE ? 6_000 : 30_000;

interface Documents {
  create(params: object): Promise<{ documentId: string }>;
  update(params: object): Promise<unknown>;
  publish(params: object): Promise<unknown>;
  delete(params: object): Promise<unknown>;
}

onDatabases((client) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene({
      database: client,
      config: { coalesce: { quietMs: 1_500, maxWaitMs: 10_000, pushesPerHour: { production: PER_HOUR, sandbox: 0 } } },
    });
  });
  afterAll(() => scene.stop());
  beforeEach(() => scene.addDevices(DEVICES));
  afterEach(async () => {
    const { knex } = scene.services.store;
    await until(async () => (await knex<ChangeRow>(TABLES.changes).whereNull('rev')).length === 0, {
      within: 10_000,
      what: 'A number for every change',
    });
    // What waits for the budget would leave with the next test's push, which has a budget of its own.
    const head = await headOf();
    await knex<LaneRow>(TABLES.lanes).update({ announced: head, handled: head });
    await scene.reset();
  });

  const articles = () => scene.booted.strapi.documents(ARTICLE as never) as unknown as Documents;
  const bodies = () => scene.simulators.production.log.map(({ body }) => body as Body);

  async function promiseKept(): Promise<void> {
    const { knex } = scene.services.store;
    const rows = await knex<DeviceRow>(TABLES.devices).select('id', 'token');
    const { repeated, ...verdict } = await judge({
      knex,
      simulator: scene.simulators.production,
      devices: new Map(rows.map(({ id, token }) => [token, id])),
    });
    expect(verdict).toEqual({ missing: [], strangers: [], repeatedWithoutCause: [], miscounted: [] });
    expect(repeated).toBe(0);
    for (const body of new Set(bodies().map((each) => JSON.stringify(each)))) {
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MOST_BYTES);
    }
  }

  async function manager(path: string, body: object): Promise<void> {
    const token = await scene.booted.adminToken();
    await scene.booted.request
      .post(`/content-manager/collection-types/${ARTICLE}/${path}`)
      .set('Authorization', `Bearer ${token}`)
      .send(body)
      .expect(200);
  }

  it('merges a second publish, a double click and all locales of a document into one push that names each once', async () => {
    const twice = await articles().create({ data: { title: 'Twice' } });
    const clicked = await articles().create({ data: { title: 'Clicked' } });
    const spoken = await articles().create({ locale: 'en', data: { title: 'Spoken' } });
    for (const locale of ['fr', 'de']) {
      await articles().update({ documentId: spoken.documentId, locale, data: { title: locale } });
    }
    await articles().publish(twice);
    await articles().publish(twice);
    const click = () => manager(`${clicked.documentId}/actions/publish`, { title: 'Clicked' });
    await Promise.allSettled([click(), click()]);
    await articles().publish({ ...spoken, locale: '*' });
    const push = await scene.finished(1);
    expect(await scene.pushes()).toHaveLength(1);
    const named = (push.payload as Body).content.changes?.map(([, documentId, locale]) => `${documentId} ${locale}`);
    expect(named?.sort()).toEqual(
      [
        `${twice.documentId} en`,
        `${clicked.documentId} en`,
        ...['en', 'fr', 'de'].map((locale) => `${spoken.documentId} ${locale}`),
      ].sort(),
    );
    await promiseKept();
  });

  it('merges a bulk publish of 50 entries into one push', async () => {
    const documentIds: string[] = [];
    for (let n = 0; n < 50; n++) documentIds.push((await articles().create({ data: { title: `${n}` } })).documentId);
    await manager('actions/bulkPublish', { documentIds });
    const push = await scene.finished(1);
    expect(push.rev - push.since).toBe(50);
    expect(await scene.pushes()).toHaveLength(1);
    await promiseKept();
  });

  it(`stays within the hour's budget and the payload's limit through ${MANY} publishes in ${IN_MS / 1000} s`, async () => {
    const since = performance.now();
    for (let n = 0; n < MANY; n++) {
      await articles().create({ status: 'published', data: { title: `${n}` } });
      const due = (IN_MS * n) / MANY;
      await until(() => performance.now() - since >= due, { within: IN_MS });
    }
    await scene.finished(1);
    // Everything that may leave has left: what is to come waits for the budget, or is told.
    await until(
      async () => {
        const [pushes, lane] = [await scene.pushes(), await scene.lane()];
        const head = await headOf();
        return (
          pushes.every(({ state }) => state === 'finished') && (pushes.length === PER_HOUR || lane.handled === head)
        );
      },
      { within: 60_000, what: 'The end of the pushes that the budget allows' },
    );
    expect((await scene.pushes()).length).toBeLessThanOrEqual(PER_HOUR);
    expect(bodies().some(({ content }) => content.types ?? content.refresh)).toBe(true);
    await promiseKept();
  });

  it('wakes nobody for a draft that is deleted and never was published', async () => {
    const { documentId } = await articles().create({ data: { title: 'Draft' } });
    await articles().delete({ documentId });
    const published = await scene.publish();
    const push = await scene.finished(1);
    expect((push.payload as Body).content.changes).toEqual([[ARTICLE, published, 'en', 'publish']]);
    await promiseKept();
  });

  if (client === 'sqlite') {
    it.skip('announces a publish that commits after a later one (sqlite has one writer at a time)', () => undefined);
    it.skip('is not delayed by an editor’s long transaction (sqlite has one writer at a time)', () => undefined);
    return;
  }

  it('announces a publish that commits after a later one, with a higher number', async () => {
    const slow = await begin();
    const quick = await scene.publish('Quick');
    const first = await scene.finished(1);
    await slow.end();
    const second = await scene.finished(2);
    expect((first.payload as Body).content.changes).toEqual([[ARTICLE, quick, 'en', 'publish']]);
    expect((second.payload as Body).content.changes).toEqual([[ARTICLE, slow.documentId, 'en', 'publish']]);
    const rows = await scene.services.store
      .knex<ChangeRow>(TABLES.changes)
      .whereIn('document_id', [quick, slow.documentId])
      .orderBy('id');
    // It was logged first, and numbered last.
    expect(rows.map(({ document_id: documentId }) => documentId)).toEqual([slow.documentId, quick]);
    expect(Number(rows[0].rev)).toBeGreaterThan(Number(rows[1].rev));
    await promiseKept();
  });

  it(`numbers, announces and lets others publish while an editor's transaction is open for ${HELD_MS / 1000} s`, async () => {
    const slow = await begin();
    const since = performance.now();
    const took: number[] = [];
    const published: string[] = [];
    while (performance.now() - since < HELD_MS) {
      const from = performance.now();
      published.push(await scene.publish());
      took.push(performance.now() - from);
    }
    expect(Math.max(...took)).toBeLessThan(HELD_MS / 2);
    const push = await scene.finished(1);
    expect(push.rev).toBeGreaterThan(push.since);
    const numbered = () =>
      scene.services.store
        .knex<ChangeRow>(TABLES.changes)
        .whereIn('document_id', published.slice(-500))
        .whereNull('rev');
    await until(async () => (await numbered()).length === 0, { within: 10_000, what: 'A number for every change' });
    await slow.end();
    await scene.services.store.knex(TABLES.lanes).increment('beat', 1);
  });

  async function headOf(): Promise<number> {
    const app = (await scene.services.store.knex(TABLES.apps).first('head')) as { head: number };
    return app.head;
  }

  /** An editor's transaction that has published something and does not end. */
  async function begin(): Promise<{ documentId: string; end(): Promise<void> }> {
    let end: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (end = resolve));
    let told: (documentId: string) => void = () => undefined;
    const begun = new Promise<string>((resolve) => (told = resolve));
    const over = scene.booted.strapi.db.transaction(async () => {
      told((await articles().create({ status: 'published', data: { title: 'Slow' } })).documentId);
      await held;
    });
    return {
      documentId: await begun,
      async end() {
        end();
        await over;
      },
    };
  }
});

interface Body {
  content: {
    changes?: [string, string, string, string][];
    types?: string[];
    refresh?: 'all';
  };
}
