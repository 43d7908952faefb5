import { createPublicKey, KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config as pluginConfig, parseConfig } from '../../../server/config';
import { createP8, ecKey, rsaKey } from './keys';

const KEY = createP8();
const CREDENTIAL = { keyId: 'ABC123DEFG', teamId: 'DEF123GHIJ', key: KEY };
const APP = { bundleId: 'com.example.news', name: 'News', production: CREDENTIAL, sandbox: null };
const TRIGGER = { name: 'articles', contentType: 'api::article.article', apps: ['com.example.news'] };

/** What boot would say, one sentence a line. */
function problems(raw: unknown): string[] {
  try {
    parseConfig(raw);
  } catch (error) {
    return (error as Error).message.split('\n');
  }
  return [];
}

const withCredential = (change: object) => ({ apps: [{ ...APP, production: { ...CREDENTIAL, ...change } }] });
const withTrigger = (change: object) => ({ apps: [APP], triggers: [{ ...TRIGGER, ...change }] });

const publicPart = (key: KeyObject) => createPublicKey(key).export({ type: 'spki', format: 'pem' });

describe('parseConfig', () => {
  it('needs no configuration at all', () => {
    expect(parseConfig({})).toMatchObject({
      apps: [],
      triggers: [],
      capture: true,
      coalesce: { quietMs: 10_000, maxWaitMs: 60_000, pushesPerHour: { production: 3, sandbox: 0 } },
      delivery: { enabled: true, instance: null, ttlMs: 86_400_000, shardSize: 5_000, maxPerSecond: null },
      registration: { perAddressPerMinute: 60, globalPerMinute: 3_000, maxDevices: null },
      retention: { pushesDays: 90, changesDays: 90, samplesDays: 14, unseenDevicesDays: 270 },
      apns: { connections: 1, streams: 1_000, origin: { production: 'https://api.push.apple.com' }, ca: null },
    });
  });

  it('accepts what Strapi makes of the defaults', () => {
    expect(() => pluginConfig.validator(structuredClone(pluginConfig.default))).not.toThrow();
    expect(parseConfig(pluginConfig.default)).toEqual(parseConfig({}));
  });

  it('keeps the other settings of a group when one is given', () => {
    const { coalesce } = parseConfig({ coalesce: { quietMs: 0, pushesPerHour: { production: 2 } } });
    expect(coalesce).toEqual({ quietMs: 0, maxWaitMs: 60_000, pushesPerHour: { production: 2, sandbox: 0 } });
  });

  it('cannot be changed afterwards', () => {
    const config = parseConfig({ apps: [{ ...APP, customKeys: { edition: { city: 'Bern' } } }] });
    expect(Object.isFrozen(config.coalesce.pushesPerHour)).toBe(true);
    expect(Object.isFrozen(config.apps[0].customKeys.edition)).toBe(true);
  });

  it('leaves what the user wrote as it was', () => {
    const raw = { apps: [{ ...APP, customKeys: { edition: { city: 'Bern' } } }] };
    parseConfig(raw);
    expect(Object.isFrozen(raw.apps[0].customKeys.edition)).toBe(false);
    expect(raw).toEqual({ apps: [{ ...APP, customKeys: { edition: { city: 'Bern' } } }] });
  });

  it('gives an app and a trigger their defaults', () => {
    const { apps, triggers } = parseConfig({ apps: [{ bundleId: 'com.example.news' }], triggers: [TRIGGER] });
    expect(apps).toEqual([
      { bundleId: 'com.example.news', name: 'com.example.news', customKeys: {}, production: null, sandbox: null },
    ]);
    expect(triggers).toEqual([
      { ...TRIGGER, wakeOn: ['publish'], audience: 'all', content: null, related: null, relatedWakes: false },
    ]);
  });
});

describe('a key in the configuration', () => {
  const directory = mkdtempSync(join(tmpdir(), 'key-'));
  const file = join(directory, 'AuthKey.p8');
  beforeAll(() => writeFileSync(file, KEY));
  afterAll(() => rmSync(directory, { recursive: true }));

  const expected = publicPart(parseConfig(withCredential({})).apps[0].production!.key);

  it.each([
    ['PEM', KEY],
    ['PEM with literal \\n', KEY.trim().replaceAll('\n', '\\n')],
    ['the base64 of the PEM', Buffer.from(KEY).toString('base64')],
    ['the base64 inside the PEM', KEY.replace(/-----.*-----/g, '').replaceAll('\n', '')],
    ['a file', `file:${file}`],
    ['a file URL', `file://${file}`],
  ])('may be %s', (_, key) => {
    const { production } = parseConfig(withCredential({ key })).apps[0];
    expect(production?.key).toBeInstanceOf(KeyObject);
    expect(publicPart(production!.key)).toBe(expected);
  });

  it('that names a missing file is refused with the name of the file', () => {
    const missing = join(directory, 'missing.p8');
    expect(problems(withCredential({ key: `file:${missing}` }))).toEqual([
      `plugin::background-push config.apps[0].production.key names the file ${missing}, which cannot be read (ENOENT).`,
    ]);
  });

  it.each([
    ['an RSA key', rsaKey()],
    ['a key on another curve', ecKey('P-384', 'pkcs8')],
    ['a public key', publicPart(parseConfig(withCredential({})).apps[0].production!.key) as string],
    ['a cut key', KEY.slice(0, 120)],
    ['something else', 'nonsense-text'],
  ])('is refused when it is %s, without being shown', (_, key) => {
    const [problem, ...others] = problems(withCredential({ key }));
    expect(problem).toMatch(/^plugin::background-push config\.apps\[0\]\.production\.key .*P-256.*\.$/);
    expect(others).toEqual([]);
    for (const line of key.split('\n')) if (line.length > 8) expect(problem).not.toContain(line);
  });

  it('is never shown, wherever it was put by mistake', () => {
    const body = KEY.split('\n')[1];
    const mistaken = {
      ...withCredential({ keyId: KEY, teamId: body, key: body }),
      apns: { ca: KEY },
      delivery: { instance: { key: KEY }, privateKey: body },
      [body]: body.slice(0, 20),
    };
    const message = problems(mistaken).join('\n');
    expect(message).toContain('config.apps[0].production.keyId');
    expect(message).not.toContain(body);
    expect(message).not.toContain('PRIVATE KEY');
  });
});

describe('a wrong setting stops boot with its path, its value and what is allowed', () => {
  it.each<[string, unknown, string | RegExp]>([
    [
      'a push would wake more apps than may ask',
      { registration: { globalPerMinute: 600 } },
      'config.feed.requestsPerSecond (500) must be at most 100: registration.globalPerMinute (600) lets no more in.',
    ],
    [
      'the longest wait is below the quiet time',
      { coalesce: { maxWaitMs: 5_000 } },
      'config.coalesce.maxWaitMs (5000) must be at least quietMs (10000).',
    ],
    [
      'a push expires before the longest wait is over',
      { delivery: { ttlMs: 60_000 } },
      'config.delivery.ttlMs (60000) must be more than coalesce.maxWaitMs (60000).',
    ],
    [
      'a setting does not exist',
      { coalesce: { quiteMs: 5 } },
      'config.coalesce.quiteMs is not a setting; known here: quietMs, maxWaitMs, pushesPerHour.',
    ],
    ['a group of settings does not exist', { retries: {} }, /^config\.retries is not a setting; known here: apps, /],
    ['a group is not one', { coalesce: 5 }, 'config.coalesce (5) must be an object.'],
    ['a number is a text', { coalesce: { quietMs: '5' } }, /^config\.coalesce\.quietMs \('5'\) must be a whole number/],
    ['a number is broken', { delivery: { shardSize: 1.5 } }, /^config\.delivery\.shardSize \(1\.5\) must be a whole/],
    ['a shard is empty', { delivery: { shardSize: 0 } }, /shardSize \(0\) must be a whole number from 1 to 100000\.$/],
    ['a lease is too short', { delivery: { leaseMs: 299 } }, /leaseMs \(299\) must be a whole number from 300 to/],
    ['draining is negative', { delivery: { drainMs: -1 } }, /drainMs \(-1\) must be a whole number from 0 to/],
    ['a switch is a text', { capture: 'no' }, "config.capture ('no') must be true or false."],
    [
      'pushes stay longer than Apple keeps them',
      { delivery: { ttlMs: 31 * 86_400_000 } },
      /^config\.delivery\.ttlMs \(2678400000\) must be a whole number from 1 to 2592000000\.$/,
    ],
    [
      'a rate is zero',
      { delivery: { maxPerSecond: 0 } },
      /^config\.delivery\.maxPerSecond \(0\) must be a whole number from 1 to 1000000, or null \(as fast/,
    ],
    ['the apps are no list', { apps: {} }, 'config.apps (an object) must be a list.'],
    ['an app is null', { apps: [null] }, 'config.apps[0] (null) must be an object.'],
    [
      'a bundle id is wrong',
      { apps: [{ ...APP, bundleId: 'com.example.news app' }] },
      /^config\.apps\[0\]\.bundleId \('com\.example\.news app'\) must be a bundle id: letters, /,
    ],
    [
      'a bundle id is missing',
      { apps: [{ name: 'News' }] },
      /^config\.apps\[0\]\.bundleId is missing: it must be a bundle/,
    ],
    [
      'an app is listed twice',
      { apps: [APP, { bundleId: 'com.Example.News' }] },
      "config.apps[1].bundleId ('com.Example.News') is the bundle id of apps[0] too; list each app once.",
    ],
    [
      'a key id has nine characters',
      withCredential({ keyId: 'ABC123DEF' }),
      /^config\.apps\[0\]\.production\.keyId \('ABC123DEF'\) .*10/,
    ],
    [
      'a team id has lower-case letters',
      withCredential({ teamId: 'def123ghij' }),
      /^config\.apps\[0\]\.production\.teamId \('def123ghij'\) .*10/,
    ],
    [
      'the environment did not hold the key',
      withCredential({ key: undefined }),
      /^config\.apps\[0\]\.production\.key is missing: it must be the \.p8 key/,
    ],
    [
      'a credential has another part',
      withCredential({ secret: 'x' }),
      'config.apps[0].production.secret is not a setting; known here: keyId, teamId, key.',
    ],
    [
      'a custom key is reserved',
      { apps: [{ ...APP, customKeys: { aps: {} } }] },
      /^config\.apps\[0\]\.customKeys .*aps/,
    ],
    [
      'custom keys leave no room',
      { apps: [{ ...APP, customKeys: { text: 'x'.repeat(4_096) } }] },
      /^config\.apps\[0\]\.customKeys \(an object\) must be at most \d+ bytes/,
    ],
    [
      'a trigger names an unknown app',
      withTrigger({ apps: ['com.example.sport'] }),
      "config.triggers[0].apps[0] ('com.example.sport') must be the bundle id of an app in config.apps (com.example.news).",
    ],
    [
      'a trigger names no app',
      withTrigger({ apps: [] }),
      'config.triggers[0].apps (a list) must name at least one app.',
    ],
    [
      'two triggers have one name',
      { apps: [APP], triggers: [TRIGGER, TRIGGER] },
      "config.triggers[1].name ('articles') is the name of triggers[0] too; each trigger needs its own.",
    ],
    [
      'a trigger wakes on something else',
      withTrigger({ wakeOn: ['create'] }),
      "config.triggers[0].wakeOn[0] ('create') must be 'publish', 'unpublish' or 'delete'.",
    ],
    [
      'an audience is unknown',
      withTrigger({ audience: 'some' }),
      "config.triggers[0].audience ('some') must be 'all', 'locale', or an object with tags: 1 to 8 templates such as category:{category.slug}.",
    ],
    [
      'an origin is not encrypted',
      { apns: { origin: { sandbox: 'http://localhost:2197' } } },
      /^config\.apns\.origin\.sandbox \('http:\/\/localhost:2197'\) must be an https origin/,
    ],
    [
      'an origin has a path',
      { apns: { origin: { production: 'https://api.push.apple.com/3' } } },
      /^config\.apns\.origin\.production \('https:\/\/api\.push\.apple\.com\/3'\) must be an https origin without a path/,
    ],
    ['a certificate authority is none', { apns: { ca: 'nobody' } }, /^config\.apns\.ca must be certificates in PEM/],
    ['there are too many connections', { apns: { connections: 101 } }, /connections \(101\) must be a whole number/],
    [
      'no device may register',
      { registration: { perAddressPerMinute: 0 } },
      /^config\.registration\.perAddressPerMinute \(0\) must be a whole number from 1/,
    ],
    [
      'nothing is kept',
      { retention: { pushesDays: 0 } },
      /^config\.retention\.pushesDays \(0\) must be a whole number/,
    ],
  ])('when %s', (_, raw, sentence) => {
    const [problem, ...others] = problems(raw);
    const said = problem?.replace('plugin::background-push ', '');
    if (typeof sentence === 'string') expect(said).toBe(sentence);
    else expect(said).toMatch(sentence);
    expect(others).toEqual([]);
  });

  it('and says everything that is wrong at once', () => {
    const said = problems({
      coalesce: { quietMs: 'soon', maxWaitMs: 5_000 },
      apps: [{ ...APP, name: '' }, { bundleId: '.' }],
      triggers: [{ ...TRIGGER, apps: ['com.example.sport'], audience: 'some' }],
      capture: 1,
      delivery: { ttlMs: 4_000, turbo: true },
    });
    expect(said.map((sentence) => /config\S*/.exec(sentence)?.[0])).toEqual(
      expect.arrayContaining([
        'config.coalesce.quietMs',
        'config.apps[0].name',
        'config.apps[1].bundleId',
        'config.triggers[0].apps[0]',
        'config.triggers[0].audience',
        'config.capture',
        'config.delivery.turbo',
        'config.delivery.ttlMs',
      ]),
    );
    expect(said).toHaveLength(8);
  });

  it.each(['https://localhost:8080', 'https://127.0.0.1:8080', 'https://[::1]:2197', 'https://push.example.com:2197'])(
    'but takes the origin %s',
    (origin) => {
      expect(parseConfig({ apns: { origin: { production: origin } } }).apns.origin.production).toBe(origin);
    },
  );
});
