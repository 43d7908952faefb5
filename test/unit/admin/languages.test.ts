import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DELIVERY_PARTS, DIAGNOSIS_PARAMS, FLEET_STATES } from '../../../server/admin-api/contract';
import { BACKGROUND_REFRESH, ENVIRONMENTS, WAKE_ACTIONS } from '../../../server/admin-api/contract/words';
import { REASON_NAMES, REASON_REMEDIES } from '../../../admin/sentences/reasons';
import type { CustomKeysProblem } from '../../../admin/apps/custom-keys';
import type { KeyFileProblem } from '../../../admin/apps/key-file';
import { languages, roomTexts, startTexts } from '../../../admin/languages';
import type { SetUpStep } from '../../../admin/overview/set-up-steps';
import { CHART_PARTS } from '../../../admin/pushes/chart-columns';
import { COUNTER_KINDS } from '../../../admin/pushes/counter-kinds';
import { PLUGIN_ID } from '../../../admin/plugin-id';
import type { Audience, CheckResult, NoTagReason } from '../../../server/admin-api/contract';
import { languageFaults, type Texts } from './language-check';

const ADMIN = join(__dirname, '../../../admin');

/** Words that a language has from English, names, and what only joins values. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  all: [
    'column.apns-id',
    'column.unique-id',
    'entry.sandbox',
    'probation.reason',
    'probation.answer',
    'environment.sandbox',
    'column.app',
    'column.apps',
    'settings.apps',
    'app.bundle-and-rev',
    'test.apns-id',
  ],
  de: [
    'nav.pushes',
    'column.name',
    'app.name',
    'column.push',
    'column.tags',
    'column.token',
    'audience.template',
    'move.import',
    'move.export',
    'time.minutes',
    'time.hours',
  ],
  es: ['column.push', 'column.token', 'toggle.off', 'push.uuid', 'time.minutes', 'time.hours'],
  fr: [
    'environment.production',
    'source.config',
    'column.push',
    'column.actions',
    'column.audience',
    'column.tags',
    'push.audience',
    'push.uuid',
    'move.import',
    'move.export',
    'audience.template',
    'time.minutes',
    'time.hours',
  ],
  ja: [],
  'pt-BR': [
    'nav.pushes',
    'column.push',
    'column.tags',
    'column.token',
    'push.payload',
    'audience.template',
    'time.minutes',
    'time.hours',
  ],
};

/** All members of a union, once each; one left out, or one too many, does not compile. */
const all = <Union extends string>(members: Readonly<Record<Union, true>>) => Object.keys(members) as Union[];

const STEPS = all<SetUpStep['id']>({ app: true, key: true, trigger: true, registration: true, publish: true });
const PROVES = all<CheckResult['proves']>({ all: true, 'no-fault': true, nothing: true });
const AUDIENCES = all<Extract<Audience, string>>({ all: true, locale: true });

/** Names of texts that the panel composes, as they stand in its sources and in full. */
const COMPOSED: Readonly<Record<string, readonly string[]>> = {
  'setup.${}': STEPS,
  'setup.${}-body': STEPS,
  'setup.${}-link': STEPS,
  'environment.${}': ENVIRONMENTS,
  'credential.none-${}': ENVIRONMENTS,
  'credential.about-${}': ENVIRONMENTS,
  'fleet.${}': FLEET_STATES,
  'count.${}': COUNTER_KINDS.map(({ kind }) => kind),
  'meaning.${}': COUNTER_KINDS.map(({ kind }) => kind),
  'chart.${}': CHART_PARTS,
  'link.${}': ['apps', 'triggers'],
  'check.${}': PROVES,
  'check.${}-means': PROVES.filter((proves) => proves !== 'nothing'),
  'source.${}': ['config', 'panel'],
  'key-file.${}': all<KeyFileProblem>({ 'too-large': true, 'not-a-key': true, unreadable: true }),
  'custom-keys.${}': all<CustomKeysProblem>({ 'not-json': true, 'not-an-object': true }),
  'wake-on.${}': WAKE_ACTIONS,
  'audience.${}': AUDIENCES,
  'audience.no-tag.${}': all<NoTagReason>({ empty: true, characters: true, 'too-long': true }),
  'device.refresh-${}': [...BACKGROUND_REFRESH, 'unknown'],
  'reason.${}': REASON_NAMES,
  'reason-remedy.${}': REASON_REMEDIES,
  'part.${}': DELIVERY_PARTS,
  'part.${}-hint': ['answered', 'not-known'],
  'diagnosis.${}': Object.keys(DIAGNOSIS_PARAMS),
};

const sources = readdirSync(ADMIN, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => readFileSync(join(ADMIN, file), 'utf8'))
  .join('\n');

const bare = (texts: Texts): Texts =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [key.slice(PLUGIN_ID.length + 1), text]));
const parts = {
  start: async (locale: string) => bare(await startTexts(locale)),
  /** As the file has them: the panel fills in English. */
  rooms: (locale: string) => JSON.parse(readFileSync(join(ADMIN, 'translations', `${locale}.json`), 'utf8')) as Texts,
};

describe('the panel’s languages', () => {
  it('are six, each with both parts', async () => {
    expect([...languages].sort()).toEqual(['de', 'en', 'es', 'fr', 'ja', 'pt-BR']);
    for (const locale of languages) {
      expect(Object.keys(await startTexts(locale)).length).toBeGreaterThan(0);
      expect(bare(await roomTexts(locale))).toEqual(parts.rooms(locale));
    }
  });

  it.each(languages)('%s says all that English says, whole and short enough', async (locale) => {
    const same = [...SAME.all, ...(SAME[locale] ?? [])];
    const faults = [
      ...languageFaults(await parts.start('en'), await parts.start(locale), { locale, same }),
      ...languageFaults(parts.rooms('en'), parts.rooms(locale), { locale, same }),
    ];
    expect(faults).toEqual([]);
  });

  it('ask for no text that nothing shows', async () => {
    const literals = new Set([...sources.matchAll(/(['"])([a-z][\w.-]*)\1/g)].map(([, , literal]) => literal));
    for (const [name, members] of Object.entries(COMPOSED))
      for (const member of members) literals.add(name.replace('${}', member));
    const keys = [...Object.keys(await parts.start('en')), ...Object.keys(parts.rooms('en'))];
    expect(keys.filter((key) => !literals.has(key))).toEqual([]);
  });

  it('know each name that the panel composes', () => {
    const prefixes = new Set(Object.keys(parts.rooms('en')).map((key) => key.split('.')[0]));
    const composed = [...sources.matchAll(/`([a-z][a-z-]*\.[\w.-]*)\$\{[^}`]*\}([\w-]*)`/g)]
      .map(([, before, after]) => `${before}\${}${after}`)
      .filter((name) => prefixes.has(name.split('.')[0]));
    expect([...new Set(composed)].sort()).toEqual(Object.keys(COMPOSED).sort());
  });
});

describe('the check of a language', () => {
  const english = {
    'column.devices': 'Devices',
    'entry.kept': '{count, plural, one {# is kept} other {# are kept}}',
    'entry.by': '{by} kept {name}',
    'entry.act': '{act, select, save {Saved} other {Published}}',
    'test.button': 'Try',
    'test.button-label': 'Try it',
  };
  const german = {
    'column.devices': 'Geräte',
    'entry.kept': '{count, plural, one {# bleibt} other {# bleiben}}',
    'entry.by': '{by} behielt {name}',
    'entry.act': '{act, select, save {Gespeichert} other {Veröffentlicht}}',
    'test.button': 'Testen',
    'test.button-label': 'Dieses testen',
  };
  const faults = (texts: Texts, locale = 'de') => languageFaults(english, { ...german, ...texts }, { locale });

  it('finds nothing where nothing is wrong', () => {
    expect(faults({})).toEqual([]);
  });

  it.each<[string, Texts, string]>([
    ['a text too many', { 'entry.more': 'Mehr' }, 'entry.more is not asked for'],
    ['a malformed text', { 'entry.by': '{by behielt {name}' }, 'entry.by is malformed'],
    ['a value that is missing', { 'entry.by': 'Behielt {name}' }, 'entry.by asks for {name} instead of {by}; {name}'],
    ['a value of another name', { 'entry.by': '{von} behielt {name}' }, 'entry.by asks for {name}; {von}'],
    ['a number written as a word', { 'entry.kept': '{count} bleiben' }, 'entry.kept asks for {count} instead of'],
    [
      'another choice of words',
      { 'entry.act': '{act, select, other {Da}}' },
      'entry.act asks for {act} as one of other',
    ],
    ['a form that is missing', { 'entry.kept': '{count, plural, other {#}}' }, 'entry.kept lacks the form “one”'],
    [
      'a form that the language has not',
      { 'entry.kept': '{count, plural, one {#} few {#} other {#}}' },
      'entry.kept has the form “few”',
    ],
    ['a head that is too long', { 'column.devices': 'Registrierte Endgeräte' }, 'column.devices is 22 wide where 16'],
    ['a label without what is written', { 'test.button-label': 'Senden' }, 'test.button-label does not hold “Testen”'],
    ['English', { 'column.devices': 'Devices' }, 'column.devices is English'],
  ])('finds %s', (_, texts, fault) => {
    expect(faults(texts)).toEqual([expect.stringContaining(fault)]);
  });

  it('finds a text that is missing', () => {
    expect(languageFaults(english, { ...german, 'entry.by': undefined } as never, { locale: 'de' })).toEqual([
      'entry.by is missing',
    ]);
  });

  it('asks for no form that Japanese has not, and counts its letters as two', () => {
    const japanese = {
      'column.devices': '登録された台数',
      'entry.kept': '{count, plural, other {#件}}',
      'entry.by': '{by}が{name}を残した',
      'entry.act': '{act, select, save {保存} other {公開}}',
      'test.button': 'テスト',
      'test.button-label': 'これをテスト',
    };
    expect(languageFaults(english, japanese, { locale: 'ja' })).toEqual([]);
    expect(languageFaults(english, { ...japanese, 'column.devices': '登録された端末の数' }, { locale: 'ja' })).toEqual([
      'column.devices is 18 wide where 16 fit',
    ]);
  });
});
