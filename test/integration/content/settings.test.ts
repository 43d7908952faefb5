import type { TriggerBody } from '../../../server/admin-api/contract';
import type { AdminSession } from '../admin-session';
import { ARTICLE, AUTHOR, BUNDLE_ID, bootLibrary, HOMEPAGE, REPORT, triggerOf, type Library } from './library';

describe('what a trigger may hand out', () => {
  let library: Library;
  let admin: AdminSession;
  beforeAll(async () => {
    library = await bootLibrary({
      triggers: [triggerOf(REPORT, { content: null }), triggerOf(HOMEPAGE, { content: { populate: { gone: true } } })],
    });
    admin = await library.admin();
  });
  afterAll(() => library?.stop());

  let names = 0;
  const trigger = (settings: Partial<TriggerBody>): object => ({
    name: `trigger ${++names}`,
    contentType: ARTICLE,
    wakeOn: ['publish'],
    apps: [BUNDLE_ID],
    audience: 'all',
    ...settings,
  });
  const add = (settings: Partial<TriggerBody>) => admin.call('POST', '/background-push/triggers', trigger(settings));
  const refusal = async (settings: Partial<TriggerBody>): Promise<string> =>
    add(settings).then(
      () => 'accepted',
      (error: Error) => error.message,
    );

  test.each<[string, Partial<TriggerBody>, RegExp]>([
    ['a private field', { content: { fields: ['draftOfContract'] } }, /content\.fields\.draftOfContract.*REST API/],
    ['a field that is not there', { content: { fields: ['nope'] } }, /content\.fields\.nope/],
    ['a private relation', { content: { populate: { secretSource: true } } }, /secretSource/],
    ['a private field of another', { content: { populate: { author: { fields: ['email'] } } } }, /populate\.email/],
    ['everything by a star', { content: { populate: { '*': true } } }, /populate\.\* would take along/],
    ['a relation to many types', { content: { populate: { comments: true } } }, /populate\.comments.*private fields/],
    ['other locales', { content: { populate: { localizations: true } } }, /populate\.localizations is no content/],
    ['who wrote it', { content: { populate: { createdBy: true } } }, /populate\.createdBy is no content/],
    ['a plain field as a relation', { content: { populate: { title: true } } }, /populate\.title is no relation/],
    [
      'filters',
      { content: { populate: { author: { filters: {} } } } as never },
      /populate\.author\.filters is not one of/,
    ],
    [
      'a component of another zone',
      { content: { populate: { blocks: { on: { 'shared.seo': {} } } } } },
      /blocks\.on\.shared\.seo/,
    ],
    ['a path that leads nowhere', { related: ['autor'] }, /related: autor names autor/],
    ['a path to a plain field', { related: ['seo.title'] }, /related: seo\.title names title/],
    ['a zone without a component', { related: ['blocks.image'] }, /\[block\.hero\]/],
    [
      'a type whose answers the project changes',
      { contentType: REPORT, content: true },
      /controller findOne.*bypassRoutes/,
    ],
    ['content of no shape', { content: 7 as never }, /content: must be null, true, or an object/],
  ])('not %s', async (_, settings, message) => {
    expect(await refusal(settings)).toMatch(/→ 400/);
    expect(await refusal(settings)).toMatch(message);
  });

  test('what the project changes, where the administrator says so', async () => {
    expect(await refusal({ contentType: REPORT, content: { bypassRoutes: true } })).toBe('accepted');
  });

  test('one form of an entry to one app', async () => {
    expect(await refusal({ contentType: AUTHOR, name: 'authors', content: true })).toBe('accepted');
    expect(await refusal({ contentType: AUTHOR, content: { fields: ['name'] } })).toMatch(/→ 409.*the trigger authors/);
    expect(await refusal({ contentType: AUTHOR, content: true })).toBe('accepted');
    expect(await refusal({ contentType: AUTHOR })).toBe('accepted');
  });

  test('every path through components and zones that there is', async () => {
    const related = [
      'author',
      'cover',
      'seo.shareImage',
      'seo.reviewer',
      'blocks[block.hero].cta.target',
      'author.avatar',
    ];
    expect(await refusal({ related })).toBe('accepted');
  });

  test('a configured trigger whose content does not fit any more raises an alarm, and its content is withheld', async () => {
    const { data } = await admin.call<{ data: { alarms: { code: string; params: object }[] } }>(
      'GET',
      '/background-push/overview',
    );
    expect(data.alarms).toContainEqual(
      expect.objectContaining({
        code: 'trigger-broken',
        params: expect.objectContaining({ problem: 'content-refused', subject: 'populate.gone' }) as object,
      }),
    );
    const { body } = await library.request.get(`/api/background-push/snapshot?app=${BUNDLE_ID}`).expect(200);
    expect((body as { meta: { withheld: string[] } }).meta.withheld).toContain(HOMEPAGE);
  });
});
