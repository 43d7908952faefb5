import type { Audience, Trigger, TriggerSettings } from '../../server/admin-api/contract';
import { TABLES, type ChangeRow, type DeviceRow, type PushRow, type TriggerRow } from '../../server/store/tables';
import { ARTICLE, AUTHOR, shelvesOf, type Documents } from './content/library';
import { eachDatabase } from './databases';
import { BUNDLE_ID, expectEachReachedOnce, startScene, type Scene } from './scene';
import { LIBRARY } from './test-app';
import { until } from '../until';

const BY_AUTHOR: Audience = { tags: ['author:{author.name}'] };
const EVERY: TriggerSettings['wakeOn'] = ['publish', 'unpublish', 'delete'];

eachDatabase((database) => {
  let scene: Scene;
  let articles: Documents;
  let authors: Documents;
  let made: Trigger[] = [];
  beforeAll(async () => {
    scene = await startScene({ database, app: LIBRARY, config: { triggers: [] } });
    const shelves = shelvesOf(scene.booted.strapi);
    articles = shelves.documents(ARTICLE);
    authors = shelves.documents(AUTHOR);
  });
  afterAll(() => scene.stop());
  afterEach(async () => {
    for (const { id } of made) await scene.services.triggers.remove(id, 'the test');
    made = [];
    await scene.reset();
  });

  const knex = () => scene.services.store.knex;
  const production = () => scene.simulators.production;

  async function trigger(settings: Partial<TriggerSettings> = {}): Promise<Trigger> {
    const name = `trigger ${made.length}`;
    const wanted = { name, contentType: ARTICLE, wakeOn: EVERY, apps: [BUNDLE_ID], audience: BY_AUTHOR, ...settings };
    const created = await scene.services.triggers.create(wanted, 'the test');
    made.push(created);
    return created;
  }

  /** Devices with these tags, as if they had registered. */
  async function devices(count: number, tags: string[], fields: Partial<DeviceRow> = {}): Promise<string[]> {
    const tokens = await scene.addDevices(count, fields);
    for (let from = 0; from < tokens.length; from += 100) {
      const some = tokens.slice(from, from + 100);
      const rows = await knex()<DeviceRow>(TABLES.devices).whereIn('token', some).select('id');
      const tagRows = rows.flatMap(({ id }) => tags.map((tag) => ({ device_id: id, tag })));
      if (tagRows.length > 0) await knex()(TABLES.deviceTags).insert(tagRows);
    }
    return tokens;
  }

  const author = (name: string) => authors.create({ status: 'published', data: { name } });
  const article = (data: object, locale = 'en') => articles.create({ status: 'published', locale, data });

  /** The newest change, once it has its number. */
  async function lastChange(documentId: string): Promise<ChangeRow> {
    return until(
      async () => {
        const row = await knex()<ChangeRow>(TABLES.changes)
          .where({ document_id: documentId })
          .orderBy('id', 'desc')
          .first();
        return row?.rev !== null && row;
      },
      { within: 20_000, what: 'the number of a change' },
    ) as Promise<ChangeRow>;
  }

  /** Runs an act and checks that the push it makes reaches these devices and nobody else. */
  async function expectWoken(act: () => Promise<unknown>, tokens: readonly string[]): Promise<PushRow> {
    const before = (await scene.pushes()).length;
    production().clear();
    await act();
    const push = await scene.finished(before + 1);
    expectEachReachedOnce(production(), tokens, push);
    return (await scene.pushes())[before];
  }

  it('wakes the devices with a tag of what is published, and no others', async () => {
    await trigger();
    const anna = await author('anna');
    const followers = await devices(3, ['author:anna', 'price:3']);
    await devices(2, ['author:Anna']);
    await devices(2, ['author:anna2', 'anna']);
    await devices(2, []);
    const push = await expectWoken(() => article({ title: 'Hello', author: anna.documentId }), followers);
    expect(JSON.parse(push.audience)).toEqual({ locales: [], tags: ['author:anna'] });
    expect(push.v).toBe(3);
  });

  it('wakes who follows what it was before too, where a published entry changes', async () => {
    await trigger();
    const [anna, bert] = [await author('anna'), await author('bert')];
    const [ofAnna, ofBert] = [await devices(3, ['author:anna']), await devices(2, ['author:bert'])];
    const both = await devices(2, ['author:anna', 'author:bert']);
    await devices(2, ['author:carl']);
    const { documentId } = await article({ title: 'Hello', author: anna.documentId });
    await scene.finished(1);
    await articles.update({ documentId, locale: 'en', data: { author: bert.documentId } });
    await expectWoken(() => articles.publish({ documentId, locale: 'en' }), [...ofAnna, ...ofBert, ...both]);
    await expectWoken(
      () => articles.update({ documentId, locale: 'en', status: 'published', data: { title: 'Again' } }),
      [...ofBert, ...both],
    );
    await expectWoken(() => articles.unpublish({ documentId, locale: 'en' }), [...ofBert, ...both]);
    await articles.update({ documentId, locale: 'en', data: { author: anna.documentId } });
    await expectWoken(() => articles.publish({ documentId, locale: 'en' }), [...ofAnna, ...both]);
    await expectWoken(() => articles.delete({ documentId, locale: '*' }), [...ofAnna, ...both]);
  });

  it('tells each audience since when it was told last, whatever went to others meanwhile', async () => {
    await trigger();
    const [anna, bert] = [await author('anna'), await author('bert')];
    const [ofAnna, ofBert] = [await devices(2, ['author:anna']), await devices(2, ['author:bert'])];
    const first = await expectWoken(() => article({ title: 'A', author: anna.documentId }), ofAnna);
    await expectWoken(() => article({ title: 'B', author: bert.documentId }), ofBert);
    const last = await expectWoken(() => article({ title: 'C', author: anna.documentId }), ofAnna);
    expect(JSON.parse(last.payload)).toMatchObject({ content: { since: Number(first.rev), rev: Number(last.rev) } });
  });

  it('logs what makes no tag, and wakes nobody for it', async () => {
    await trigger();
    await devices(2, ['author:anna', 'author:']);
    const none = await article({ title: 'Nobody wrote it' });
    const strange = await article({ title: 'A name with a blank', author: (await author('an na')).documentId });
    for (const { documentId } of [none, strange]) {
      expect(await lastChange(documentId)).toMatchObject({ action: 'publish', wakes: 0, audience: 'tags', tags: '[]' });
    }
    expect(await scene.pushes()).toEqual([]);
  });

  it('wakes each device once for a whole bulk publish', async () => {
    await trigger({ audience: { tags: ['author:{author.name}', 'price:{price}'] } });
    const [anna, bert] = [await author('anna'), await author('bert')];
    const tokens = [
      ...(await devices(2, ['author:anna', 'price:7'])),
      ...(await devices(2, ['price:8', 'author:bert'])),
      ...(await devices(1, ['price:9'])),
    ];
    await devices(3, ['author:carl', 'price:10']);
    const drafts = await Promise.all(
      [7, 8, 9].map((price, n) =>
        articles.create({ locale: 'en', data: { title: `Bulk ${n}`, price, author: [anna, bert][n % 2].documentId } }),
      ),
    );
    await expectWoken(
      () =>
        scene.booted.strapi.db.transaction(() =>
          Promise.all(drafts.map(({ documentId }) => articles.publish({ documentId, locale: 'en' }))),
        ),
      tokens,
    );
  });

  it('unites two triggers of one app, and tags with locales', async () => {
    await trigger();
    await trigger({ audience: { tags: ['price:{price}'] } });
    const anna = await author('anna');
    const byAuthor = await devices(2, ['author:anna'], { locale: 'fr' });
    const byPrice = await devices(2, ['price:5'], { locale: 'fr' });
    const german = await devices(2, ['x'], { locale: 'de-at' });
    const anywhere = await devices(2, []);
    const data = { title: 'Two', price: 5, author: anna.documentId };
    await expectWoken(() => article(data), [...byAuthor, ...byPrice]);
    await trigger({ audience: 'locale' });
    await expectWoken(() => article(data, 'de'), [...byAuthor, ...byPrice, ...german, ...anywhere]);
    await devices(2, [], { locale: 'sv' });
    await expectWoken(() => article(data, 'de'), [...byAuthor, ...byPrice, ...german, ...anywhere]);
  });

  it('wakes everybody where another trigger of the app says so', async () => {
    await trigger();
    await trigger({ audience: 'all' });
    const tokens = [...(await devices(2, ['author:anna'])), ...(await devices(2, []))];
    const push = await expectWoken(() => article({ title: 'All' }), tokens);
    expect(push).toMatchObject({ audience: '"all"', v: 2 });
  });

  it('wakes by the tags of the entry that shows what changed, as they were and as they are', async () => {
    await trigger({ content: true, related: ['author'], relatedWakes: true });
    const anna = await author('anna');
    const [before, after] = [await devices(2, ['author:anna']), await devices(2, ['author:anne'])];
    await devices(2, ['author:bert']);
    await article({ title: 'Shows her', author: anna.documentId });
    await scene.finished(1);
    await authors.update({ documentId: anna.documentId, data: { name: 'anne' } });
    await expectWoken(() => authors.publish({ documentId: anna.documentId }), [...before, ...after]);
  });

  it('reaches each of many in several shards, canary and lanes of others aside', async () => {
    await trigger({ audience: { tags: ['author:{author.name}', 'price:{price}'] } });
    const anna = await author('anna');
    const tokens: string[] = [];
    for (let n = 0; n < 4; n++) {
      tokens.push(...(await devices(300, ['author:anna', ...(n % 2 ? ['price:1'] : [])])));
      await devices(200, ['author:bert']);
      await scene.addDevices(100, {}, 'sandbox');
    }
    tokens.push(...(await devices(50, ['price:1'])));
    const push = await expectWoken(() => article({ title: 'Many', price: 1, author: anna.documentId }), tokens);
    expect((await knex()(TABLES.shards).where({ push_id: push.id })).length).toBeGreaterThan(2);
  });

  it('publishes all the same where a template names what is there no more, with an alarm', async () => {
    const { id } = await trigger();
    const templates = JSON.stringify(['author:{writer.name}', 'price:{price}', '{broken', 'constructor:{constructor}']);
    await knex()<TriggerRow>(TABLES.triggers).where({ id }).update({ audience_tags: templates });
    await scene.services.registry.reload();
    await scene.services.triggers.check();
    const alarms = await scene.services.alarms.list();
    expect(alarms).toMatchObject([
      { code: 'trigger-broken', params: { problem: 'audience-refused', subject: 'author:{writer.name}' } },
    ]);
    const tokens = await devices(2, ['price:4']);
    await expectWoken(() => article({ title: 'Published', price: 4 }), tokens);
  });

  it('is told beforehand, by what the entry holds as it is saved, and comes true', async () => {
    await trigger();
    const ada = await author('Ada');
    const bob = await author('Bob');
    await devices(3, ['author:Ada']);
    await devices(2, ['author:Bob']);
    await devices(4, []);
    const said = async (documentId: string | null) => {
      const planned = { contentType: ARTICLE, locale: 'en', action: 'publish', choice: null } as const;
      const { lanes } = await scene.services.forecast.of({ ...planned, documentId });
      return lanes.map(({ kind, devices: count }) => [kind, count]);
    };
    expect(await said(null)).toEqual([['unsaved', 0]]);
    const { documentId } = await article({ title: 'One', author: ada.documentId });
    await scene.finished(1);
    await articles.update({ documentId, locale: 'en', data: { author: bob.documentId } });
    expect(await said(documentId)).toEqual([['wakes', 5]]);
    await articles.publish({ documentId, locale: 'en' });
    expect((await scene.finished(2)).counters.accepted).toBe(5);

    const { documentId: plain } = await articles.create({ locale: 'en', data: { title: 'By nobody' } });
    expect(await said(plain)).toEqual([['nobody', 0]]);
  });

  // With more than one connection, opening others is counted too.
  const onOneConnection = database === 'sqlite' ? it : it.skip;
  onOneConnection('costs a publish no statement where no trigger makes tags', async () => {
    const { documentId } = await article({ title: 'Plain' });
    // Nothing is pushed here any more: this test is the last.
    await scene.services.engine.stop();
    const statements = async (audience: Audience) => {
      const { id } = await trigger({ audience });
      const { connection } = scene.booted.strapi.db;
      const counts: number[] = [];
      // What others ask the database now and then falls into one or another of them.
      for (let times = 0; times < 3; times++) {
        let count = 0;
        const add = () => void count++;
        connection.on('query', add);
        await articles.update({ documentId, locale: 'en', status: 'published', data: { title: 'Plain again' } });
        connection.removeListener('query', add);
        counts.push(count);
      }
      await scene.services.triggers.update(id, { enabled: false }, 'the test');
      return Math.min(...counts);
    };
    const [all, locale, tags] = [await statements('all'), await statements('locale'), await statements(BY_AUTHOR)];
    expect(locale).toBe(all);
    expect(tags).toBeGreaterThan(all);
  });
});
