import { gunzipSync } from 'node:zlib';
import { createHotPages, toPage } from '../../../server/feed';

describe('a page', () => {
  test('is its entries as they are, and packed where that saves something', async () => {
    const long = JSON.stringify({ text: 'x'.repeat(2_000) });
    const { body, gzipped, etag } = await toPage([long, '{"n":2}'], { rev: 3 });
    expect(JSON.parse(body.toString())).toEqual({ data: [JSON.parse(long), { n: 2 }], meta: { rev: 3 } });
    expect(gunzipSync(gzipped!)).toEqual(body);
    expect(gzipped!.length).toBeLessThan(body.length);
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    expect((await toPage([], { rev: 3 })).gzipped).toBeNull();
    expect((await toPage([long, '{"n":2}'], { rev: 4 })).etag).not.toBe(etag);
  });
});

describe('hot pages', () => {
  const setUp = (maxBytes = 100) => {
    let time = 0;
    const made: string[] = [];
    const hot = createHotPages<string>({ maxBytes, now: () => time });
    const get = (key: string, { mark = 'm', bytes = 10, maxAgeMs = 1_000 } = {}) =>
      hot.get(key, mark, maxAgeMs, async () => {
        made.push(key);
        await Promise.resolve();
        return { answer: `${key} ${made.length}`, bytes };
      });
    return { hot, get, made, pass: (ms: number) => (time += ms) };
  };

  test('are made once for all who ask at the same time, and after', async () => {
    const { hot, get, made } = setUp();
    expect(await Promise.all([get('a'), get('a'), get('a')])).toEqual(['a 1', 'a 1', 'a 1']);
    expect(hot.has('a', 'm', 1_000)).toBe(true);
    expect(hot.has('a', 'n', 1_000)).toBe(false);
    expect(hot.has('b', 'm', 1_000)).toBe(false);
    expect(await get('a')).toBe('a 1');
    expect(made).toEqual(['a']);
  });

  test('are made anew with another mark, or when they are too old', async () => {
    const { get, made, pass } = setUp();
    await get('a');
    await get('a', { mark: 'n' });
    pass(1_001);
    await get('a', { mark: 'n' });
    expect(made).toHaveLength(3);
  });

  test('hold no more bytes than they may, and lose what was not asked for longest', async () => {
    const { hot, get, made } = setUp(30);
    await get('a');
    await get('b');
    await get('c');
    await get('a');
    await get('d');
    expect(hot.bytes).toBe(30);
    await get('a');
    await get('b');
    expect(made).toEqual(['a', 'b', 'c', 'd', 'b']);
    await get('large', { bytes: 1_000 });
    expect(hot.bytes).toBeLessThanOrEqual(30);
  });

  test('keep nothing of an answer without bytes, nor of one that failed', async () => {
    const { hot, get, made } = setUp();
    await get('a', { bytes: 0 });
    await get('a', { bytes: 0 });
    expect(made).toHaveLength(2);
    const failing = () => hot.get('f', 'm', 1_000, () => Promise.reject(new Error('away')));
    await expect(failing()).rejects.toThrow('away');
    expect(await get('f')).toBe('f 3');
    expect(hot.bytes).toBe(10);
  });

  test('that are dropped while they are made do not count', async () => {
    const { hot, get } = setUp();
    const first = get('a');
    const second = get('a', { mark: 'n' });
    expect(await Promise.all([first, second])).toEqual(['a 2', 'a 2']);
    expect(hot.bytes).toBe(10);
  });
});
