import { ARTICLE, bootLibrary, BUNDLE_ID, fill, triggerOf, type Library } from './library';

describe.each([
  ['all content', true as const],
  ['content with fields of its own', { fields: ['title'], populate: { author: { fields: ['name'] }, seo: true } }],
])('the scope of %s', (_, content) => {
  let library: Library;
  beforeAll(async () => {
    library = await bootLibrary({ triggers: [triggerOf(ARTICLE, { content })] });
    await fill(library);
    await library.number();
  });
  afterAll(() => library?.stop());

  test('is the same before entries are read and after it', async () => {
    const { epoch, head } = (await library.services.feed.position(BUNDLE_ID))!;
    const scopeOf = async (path: string, query: Record<string, string | number>) => {
      const response = await library.request.get(`/api/background-push/${path}`).query({ app: BUNDLE_ID, ...query });
      const { data, meta } = response.body as { data: unknown[]; meta: { scope: string; reset: boolean } };
      expect(meta.reset).toBe(false);
      return { scope: meta.scope, entries: data.length };
    };
    const empty = await scopeOf('changes', { epoch, since: head, include: 'content' });
    const answers = [
      empty,
      await scopeOf('snapshot', { limit: 1 }),
      await scopeOf('snapshot', { limit: 2 }),
      await scopeOf('changes', { epoch, since: 1, include: 'content' }),
      await scopeOf('changes', { epoch, since: 1, include: 'content', scope: empty.scope }),
    ];
    expect(answers.map(({ scope }) => scope)).toEqual(answers.map(() => empty.scope));
    expect(answers.map(({ entries }) => entries > 0)).toEqual([false, true, true, true, true]);
  });
});
