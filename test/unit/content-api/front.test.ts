import { createFront } from '../../../server/content-api/front';
import type { ApiContext } from '../../../server/content-api/api-context';
import type { Page } from '../../../server/feed';

const PAGE: Page = { body: Buffer.from('{"data":[]}'), gzipped: null, etag: '"e"' };
const CACHED = 'public, max-age=0, s-maxage=60';

function setUp() {
  let time = 0;
  const front = createFront({ now: () => time });
  const ask = (url: string, { method = 'GET', headers = {} as Record<string, string> } = {}) => {
    const set: Record<string, string> = {};
    const context = {
      url,
      method,
      headers,
      set: (name: string, value: string) => void (set[name] = value),
      vary: () => undefined,
      fresh: headers['if-none-match'] === PAGE.etag,
      acceptsEncodings: () => 'identity',
    };
    return { context: context as unknown as ApiContext & { status?: number; body?: unknown }, set };
  };
  return { front, ask, pass: (ms: number) => (time += ms) };
}

describe('the front', () => {
  test('answers again what anybody was told a moment ago, and lets one through each second', () => {
    const { front, ask, pass } = setUp();
    expect(front.answer(ask('/a').context)).toBe(false);
    front.keep(ask('/a').context, PAGE, CACHED);
    const again = ask('/a');
    expect(front.answer(again.context)).toBe(true);
    expect(again.context).toMatchObject({ status: 200, body: PAGE.body });
    expect(again.set).toMatchObject({ 'Cache-Control': CACHED, ETag: PAGE.etag });
    const known = ask('/a', { headers: { 'if-none-match': PAGE.etag } });
    expect(front.answer(known.context)).toBe(true);
    expect(known.context.status).toBe(304);
    pass(1_001);
    expect(front.answer(ask('/a').context)).toBe(false);
  });

  test.each([
    ['another address', '/b', {}],
    ['a token', '/a', { headers: { authorization: 'Bearer x' } }],
    ['who brings a cookie', '/a', { headers: { cookie: 'session=x' } }],
    ['a browser of another origin', '/a', { headers: { origin: 'https://example.com' } }],
    ['another method', '/a', { method: 'POST' }],
  ])('leaves to Strapi %s', (_, url, options) => {
    const { front, ask } = setUp();
    front.keep(ask('/a').context, PAGE, CACHED);
    expect(front.answer(ask(url, options).context)).toBe(false);
  });

  test('keeps nothing of who is somebody, and no more addresses than it may', () => {
    const { front, ask } = setUp();
    front.keep(ask('/a', { headers: { authorization: 'Bearer x' } }).context, PAGE, CACHED);
    expect(front.answer(ask('/a').context)).toBe(false);
    for (let n = 0; n < 300; n++) front.keep(ask(`/${n}`).context, PAGE, CACHED);
    expect(front.answer(ask('/0').context)).toBe(false);
    expect(front.answer(ask('/299').context)).toBe(true);
  });
});
