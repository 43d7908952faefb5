import http from 'node:http';
import { eachDatabase } from '../databases';
import {
  bootContentApi,
  BUNDLE_ID,
  namedFields,
  newToken,
  registration,
  type ContentApi,
  type Registered,
} from './content-api';

const DEVICES = '/api/background-push/devices';
const CHANGES = '/api/background-push/changes';

/** What strangers put wherever a value may stand: each broke something once, here or elsewhere. */
const TEXTS: Record<string, string> = {
  nothing: '',
  'a NUL': '\0',
  'a NUL within': `com.example\0.news`,
  'control characters': 'a\u0007\u001b[31m\r\nb',
  'a bidi override': 'news\u202egnp.exe',
  'a line separator': 'a\u2028b',
  'a line break at the end': 'en\n',
  'half a surrogate pair': 'a\ud800b',
  'a character beyond the BMP': '𝒳',
  'a full-width letter': 'ｅｎ',
  'a sign that lowers to an ASCII letter': '\u212a',
  'a quote': `' or 1=1 --`,
  'a wildcard': '%',
  'a template': '${7*7}{{7*7}}',
  'a long text': 'a'.repeat(2_000),
  'a number of 32 bits and one more': '2147483648',
  'a number of 64 bits and one more': '9223372036854775808',
  'a negative number': '-1',
  'a number with an exponent': '1e3',
  'not a number': 'NaN',
};

/** What JSON can hold beside texts. */
const VALUES: Record<string, unknown> = {
  ...TEXTS,
  null: null,
  'a number': 2_147_483_648,
  'a number beyond all': 1e308,
  'a flag': true,
  'a list': ['a', ['b']],
  'a list of nothing': [null],
  'an object': { $ne: '' },
  'a length that is no number': { length: { valueOf: 1, toString: 1 } },
  'what nests deep': JSON.parse('['.repeat(900) + ']'.repeat(900)) as unknown,
};

const BODY_FIELDS = ['app', 'environment', 'token', 'locale', 'tags', 'id'] as const;
/** What an update may change. */
const CHANGEABLE = new Set<string>(['token', 'locale', 'tags']);
const QUERY_FIELDS = ['app', 'epoch', 'since', 'to', 'limit'] as const;
/** What of it is good all the same: a locale may be forgotten, and `nan` is a language (Min Nan Chinese). */
const GOOD: Record<string, unknown[]> = { locale: [null, 'NaN'] };
/** An app that asks from elsewhere than the log is told to start anew. */
const ELSEWHERE = new Set<string>(['epoch', 'since']);

eachDatabase((database) => {
  let api: ContentApi;
  let device: Registered;
  let position: { epoch: string; head: number };
  beforeAll(async () => {
    api = await bootContentApi({ database });
    const head = await api.publishNotes(1);
    device = await api.register();
    position = { epoch: device.epoch, head };
  });
  afterAll(() => api.stop());

  /** The fields that a 400 names, each once. */
  const named = (body: unknown): string[] => [...new Set(namedFields(body).map((path) => path.split('.')[0]))];

  describe.each(BODY_FIELDS)('the field %s', (field) => {
    it.each(Object.entries(VALUES))('is refused by its name for %s, or is good', async (_what, value) => {
      const isGood = GOOD[field]?.includes(value) ?? false;
      const body: Record<string, unknown> = { ...registration(), [field]: value };
      const post = await api.request.post(DEVICES).set('x-device-secret', 'x').send(body);
      expect(post.status).toBe(isGood ? 201 : 400);
      if (!isGood) expect(named(post.body)).toEqual([field]);
    });

    if (!CHANGEABLE.has(field)) return;
    it.each(Object.entries(VALUES))('is refused by its name in an update for %s, or is good', async (_what, value) => {
      const isGood = GOOD[field]?.includes(value) ?? false;
      // A device may say only so much in a minute.
      const { id, secret } = await api.register();
      const put = await api.request
        .put(`${DEVICES}/${id}`)
        .set('x-device-secret', secret)
        .send({ [field]: value });
      expect(put.status).toBe(isGood ? 200 : 400);
      if (!isGood) expect(named(put.body)).toEqual([field]);
    });
  });

  it('no field has another name', async () => {
    const body = { ...registration(), 'app\0': 1, __proto: 1, '\u202e': 1 };
    const { body: answer } = await api.request.post(DEVICES).send(body).expect(400);
    expect(namedFields(answer)).toEqual(['app\0', '__proto', '\u202e']);
  });

  describe.each(QUERY_FIELDS)('the parameter %s', (field) => {
    /** Without `to` where `since` is wrong: the two are compared. */
    const good = () => {
      const { epoch, head } = position;
      const to = field === 'since' ? {} : { to: String(head) };
      return { app: BUNDLE_ID, epoch, since: '0', limit: '5', ...to };
    };

    it.each(Object.entries(TEXTS))('is refused by its name for %s, or is good', async (_what, text) => {
      // Half a surrogate pair has no UTF-8; what a client would send instead is the replacement character.
      const value = encodeURIComponent(Buffer.from(text).toString());
      const query = Object.entries(good()).map(([name, known]) => `${name}=${name === field ? value : known}`);
      const { status, body } = await api.request.get(`${CHANGES}?${query.join('&')}`);
      if (ELSEWHERE.has(field) && status === 200) {
        expect((body as { meta: { reset: boolean } }).meta.reset).toBe(true);
        return;
      }
      expect(status).toBe(400);
      expect(named(body)).toEqual([field]);
    });

    it.each(['%00', '%ff', '%c0%80', '%', '%ud800', '%0d%0a', '%e2%80%ae'])(
      'is refused for %s as it is',
      async (raw) => {
        const query = Object.entries(good()).map(([name, known]) => `${name}=${name === field ? raw : known}`);
        const { status } = await api.request.get(`${CHANGES}?${query.join('&')}`);
        expect(status).toBeGreaterThanOrEqual(200);
        expect(status).toBeLessThan(500);
      },
    );

    it.each(['[]=a', '[$ne]=a', '[a][b][c]=d', '=a&{}=b', '[0]=a&{}[1]=b'])('is refused as %s', async (form) => {
      const query = Object.entries(good()).filter(([name]) => name !== field);
      const text = [...query.map(([name, known]) => `${name}=${known}`), `${field}${form.replaceAll('{}', field)}`];
      const { status, body } = await api.request.get(`${CHANGES}?${text.join('&')}`);
      expect(status).toBe(400);
      expect(named(body)[0]?.replace(/\[.*/, '')).toBe(field);
    });
  });

  it.each(Object.entries(TEXTS))('no device has the id %s', async (_what, text) => {
    const id = encodeURIComponent(Buffer.from(text).toString()) || '%20';
    for (const raw of [id, `${device.id}${id}`]) {
      const put = await api.request.put(`${DEVICES}/${raw}`).set('x-device-secret', device.secret).send({});
      const gone = await api.request.delete(`${DEVICES}/${raw}`).set('x-device-secret', device.secret);
      for (const { status } of [put, gone]) expect([400, 404]).toContain(status);
    }
  });

  it.each(['%00', '%ff', '%', '%c0%80', '..%2f..', '%2e%2e'])('no device has the id %s, as it is', async (raw) => {
    const { status } = await api.request.put(`${DEVICES}/${raw}`).set('x-device-secret', 'x').send({});
    expect([400, 404, 405]).toContain(status);
  });

  it.each(['', ' ', 'é', 'x'.repeat(8_000), '%00', "' or 1=1 --"])('no device has the secret %j', async (secret) => {
    const { status } = await api.request.put(`${DEVICES}/${device.id}`).set('x-device-secret', secret).send({});
    expect(status).toBe(404);
  });

  describe('a body', () => {
    const deep = (open: string, close: string, times: number) => open.repeat(times) + close.repeat(times);
    const NESTED = {
      lists: deep('[', ']', 20_000),
      objects: deep('{"a":', '}', 20_000).replace(':}', ':1}'),
      'a list in a field': `{"app":"${BUNDLE_ID}","environment":"production","token":"${newToken()}","tags":${deep('[', ']', 20_000)}}`,
    };

    it.each(Object.entries(NESTED))('that nests 20,000 deep is refused: %s', async (_what, body) => {
      expect([400, 413]).toContain(await send(body, false));
      expect([400, 413]).toContain(await send(body, true));
    });

    it.each([
      '',
      '{',
      'null',
      '{"__proto__":{"a":1}}',
      '"a"',
      '1',
      '[]',
      '{"a":1e999}',
      '\ufeff{}',
      '{}{}',
      "{'a':1}",
      '\0',
    ])('that is %j is refused', async (body) => {
      expect([400, 413, 415]).toContain(await send(body, true));
    });
  });

  /** Sends a text as JSON, whatever it is. */
  async function send(body: string, chunked: boolean): Promise<number> {
    const length = chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', ...length };
      const request = http.request(`${api.url}${DEVICES}`, { method: 'POST', headers }, (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode!));
      });
      request.once('error', reject);
      request.end(body);
    });
  }
});
