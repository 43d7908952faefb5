import { until } from '../../until';
import { bootLibrary, BUNDLE_ID, fill, type Library } from './library';

/** From the upload plugin's own `dist/server`: Strapi writes the name in lower case, which a folder's may not be. */
const PROVIDER = '../../../../../test/library/private-provider.js';

describe('files whose addresses are signed', () => {
  let library: Library;
  beforeAll(async () => {
    library = await bootLibrary({ env: { UPLOAD_PROVIDER: PROVIDER } });
    await fill(library);
    await library.number();
  });
  afterAll(() => library?.stop());

  const ask = async (path: string, query: Record<string, string | number>) => {
    // A machine that is busy with other tests is told to come again.
    const response = await until(
      async () => {
        const answer = await library.request.get(`/api/background-push/${path}`).query({ app: BUNDLE_ID, ...query });
        return answer.status !== 503 && answer;
      },
      { within: 30_000, what: `An answer of ${path}` },
    );
    expect(response.status).toBe(200);
    return { text: response.text, kept: response.headers['cache-control'], tag: response.headers.etag };
  };
  const signaturesIn = (text: string) => new Set(text.match(/signature=\d+/g));

  test.each(['changes', 'snapshot'])(
    'are signed anew for each who asks for %s, and no cache keeps them',
    async (path) => {
      const { epoch, head } = (await library.services.feed.position(BUNDLE_ID))!;
      // Change 1 is the refresh of a new log, which is answered without content.
      const query: Record<string, string | number> =
        path === 'changes' ? { epoch, since: 1, to: head, include: 'content' } : { limit: 100 };
      const [first, second] = [await ask(path, query), await ask(path, query)];
      for (const { text, kept } of [first, second]) {
        expect(kept).toBe('no-store');
        expect(signaturesIn(text).size).toBeGreaterThan(0);
        expect(text.match(/bucket\.example\/[^"?]*"/)).toBeNull();
      }
      for (const signature of signaturesIn(second.text)) expect(signaturesIn(first.text)).not.toContain(signature);
    },
  );

  test('are signed by REST in the same places', async () => {
    const rest = await library.request.get('/api/articles?populate=*').expect(200);
    expect(signaturesIn(rest.text).size).toBeGreaterThan(0);
  });
});
