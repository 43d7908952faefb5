import { TABLES } from '../../../server/store/tables';
import { ARTICLE, AUTHOR, shelvesOf, type Documents } from '../content/library';
import { eachDatabase } from '../databases';
import { BUNDLE_ID, startScene, type Scene } from '../scene';
import { LIBRARY } from '../test-app';

const ROUTE = '/background-push/triggers/preview-audience';

eachDatabase((database) => {
  let scene: Scene;
  let articles: Documents;
  let token: string;
  beforeAll(async () => {
    scene = await startScene({ database, app: LIBRARY, config: { triggers: [] } });
    articles = shelvesOf(scene.booted.strapi).documents(ARTICLE);
    token = await scene.booted.adminToken();
  });
  afterAll(() => scene.stop());

  const ask = (body: object) =>
    scene.booted.request
      .post(ROUTE)
      .set('Authorization', `Bearer ${token}`)
      .send({ contentType: ARTICLE, apps: [BUNDLE_ID], ...body });
  const preview = async (tags: string[]) => {
    const { status, body } = await ask({ tags });
    expect([status, body]).toEqual([200, expect.anything()]);
    return (body as { data: unknown }).data;
  };

  it('shows that nothing is published yet', async () => {
    await articles.create({ locale: 'en', data: { title: 'a-draft' } });
    expect(await preview(['{title}'])).toMatchObject({
      entry: null,
      made: [],
      lanes: [
        { bundleId: BUNDLE_ID, environment: 'production', devices: 0 },
        { bundleId: BUNDLE_ID, environment: 'sandbox', devices: 0 },
      ],
    });
  });

  it('shows the tags of the entry published last, which templates make none, and whom they find', async () => {
    const author = await shelvesOf(scene.booted.strapi)
      .documents(AUTHOR)
      .create({ status: 'published', data: { name: 'anna', email: 'planted@example.com' } });
    await articles.create({ status: 'published', locale: 'de', data: { title: 'earlier' } });
    const data = { title: 'Of today', price: 5, author: author.documentId, draftOfContract: 'planted-contract' };
    const { documentId } = await articles.create({ status: 'published', locale: 'en', data });
    await articles.update({ documentId, locale: 'en', data: { title: 'a-later-draft' } });
    const tokens = await scene.addDevices(3);
    await scene.addDevices(2, {}, 'sandbox');
    const { knex } = scene.services.store;
    const tag = async (some: string[], name: string) => {
      const rows = (await knex(TABLES.devices).whereIn('token', some).select('id')) as { id: number }[];
      await knex(TABLES.deviceTags).insert(rows.map(({ id }) => ({ device_id: id, tag: name })));
    };
    await tag(tokens.slice(0, 2), 'author:anna');
    await tag(tokens.slice(1), 'price:5');
    const shown = await preview(['author:{author.name}', 'price:{price}', 't:{title}']);
    expect(shown).toEqual({
      entry: { documentId, locale: 'en', updatedAt: expect.any(Number) as number },
      made: [
        { template: 'author:{author.name}', tag: 'author:anna' },
        { template: 'price:{price}', tag: 'price:5' },
        { template: 't:{title}', tag: null, reason: 'characters', field: 'title' },
      ],
      lanes: [
        { bundleId: BUNDLE_ID, environment: 'production', devices: 3 },
        { bundleId: BUNDLE_ID, environment: 'sandbox', devices: 0 },
      ],
    });
    expect(JSON.stringify(shown)).not.toMatch(/planted|Of today/);
  });

  it('says of each template that no trigger may have why, and shows what the others make', async () => {
    const refused = [
      '{draftOfContract}',
      '{secretSource.name}',
      '{author.email}',
      '{categories.name}',
      '{seo.title}',
      '{',
      '',
    ];
    expect(await preview([...refused, 'price:{price}'])).toMatchObject({
      made: [
        ...refused.map((template) => ({
          template,
          tag: null,
          reason: 'refused',
          problem: expect.stringMatching(/\.$/) as string,
        })),
        { template: 'price:{price}', tag: 'price:5' },
      ],
    });
  });

  it.each<[string, object, string]>([
    ['no template', { tags: [] }, 'tags'],
    ['too many templates', { tags: Array.from({ length: 9 }, (_, n) => `t${n}`) }, 'tags'],
    ['a number', { tags: 5 }, 'tags'],
    ['no content type', { contentType: 'api::no.no', tags: ['x'] }, 'contentType'],
    ['people’s accounts', { contentType: 'plugin::users-permissions.user', tags: ['{username}'] }, 'contentType'],
    ['no app', { apps: ['com.example.none'], tags: ['x'] }, 'apps'],
  ])('refuses %s by name', async (_, body, field) => {
    const { status, body: answer } = await ask(body);
    expect(status).toBe(400);
    expect((answer as { error: { details: { errors: { path: string[] }[] } } }).error.details.errors[0].path).toEqual([
      field,
    ]);
  });

  it('refuses a trigger with a template that cannot be, beside the field', async () => {
    const trigger = {
      name: 't',
      contentType: ARTICLE,
      wakeOn: ['publish'],
      apps: [BUNDLE_ID],
      audience: { tags: ['x', '{seo.title}'] },
    };
    const { status, body } = await scene.booted.request
      .post('/background-push/triggers')
      .set('Authorization', `Bearer ${token}`)
      .send(trigger);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: {
        message: expect.stringContaining('{seo.title}') as string,
        details: { errors: [{ path: ['audience'] }] },
      },
    });
  });
});
