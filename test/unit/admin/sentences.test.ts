import { actSentence, alarmSentence, pauseSentence, probationSentence } from '../../../admin/sentences';
import {
  ACT_PARAMS,
  ALARM_PARAMS,
  PAUSE_CAUSES,
  PAUSE_PARAMS,
  TRIGGER_PROBLEMS,
  type Act,
  type Alarm,
  type AlarmCode,
  type AlarmParams,
  type Params,
  type ParamTypes,
  type Pause,
} from '../../../server/admin-api/contract';
import { keys, text, textOf, valueNames, type TextKey } from './english';

/** Values as the server sends them: all of a code's parameters, and then only those that are always there. */
const sent = (types: ParamTypes, which: 'all' | 'always'): Params =>
  Object.fromEntries(
    Object.entries(types)
      .filter(([, type]) => which === 'all' || !type.endsWith('?'))
      .map(([name, type]) => [name, type.startsWith('number') ? 7 : `<${name}>`]),
  );

const pause = (code: string, more: Partial<Pause> = {}): Pause => ({
  cause: 'fatal',
  code,
  params: {},
  at: 0,
  ...more,
});
const alarm = <C extends AlarmCode>(code: C, params: AlarmParams<C>) =>
  ({ key: code, code, params, laneId: 1, raisedAt: 0 }) as Alarm;

test('every English text is a well-formed message', () => {
  for (const key of keys) {
    const values = Object.fromEntries(valueNames(key).map((name) => [name, 2]));
    expect(text(key, values)).not.toBe('');
  }
});

/** Renders with exactly what the server sends: `asked` are the values that the sentence wants. */
function renderingWith(render: (say: typeof text) => unknown): { asked: Set<string>; keys: TextKey[] } {
  const asked = new Set<string>();
  const used: TextKey[] = [];
  render((key, values) => {
    used.push(key);
    for (const name of valueNames(key)) asked.add(name);
    return text(key, values);
  });
  return { asked, keys: used };
}

/** What is a number and counts nothing. */
const NAMES = ['status'];

test.each([...Object.entries(PAUSE_PARAMS), ...Object.entries(ALARM_PARAMS)])(
  '%s writes what it counts as people do, 1,234,567',
  (code, types) => {
    const params = Object.fromEntries(
      Object.entries(types).map(([name, type]) => [
        name,
        type.startsWith('number') && !NAMES.includes(name) ? 1_234_567 : `<${name}>`,
      ]),
    );
    const said =
      code in PAUSE_PARAMS
        ? pauseSentence(text, pause(code, { params }))
        : alarmSentence(text, alarm(code as AlarmCode, params as never));
    expect(JSON.stringify(said)).not.toMatch(/\d{4}/);
  },
);

describe('a paused lane', () => {
  const cases = Object.entries(PAUSE_PARAMS);

  test.each(cases)('%s has a sentence of its own, made of what the server sends', (code, types) => {
    const { asked, keys: used } = renderingWith((say) =>
      pauseSentence(say, pause(code, { params: sent(types, 'all') })),
    );
    const known = new Set([...Object.keys(types), 'code', 'by']);
    expect([...asked].filter((name) => !known.has(name))).toEqual([]);
    expect(used).not.toContain('pause.unknown');
    expect(used).not.toContain('pause.fatal');
  });

  test.each(cases)('%s is told whole where the server leaves out what is not always there', (code, types) => {
    const { what, remedy } = pauseSentence(text, pause(code, { params: sent(types, 'always') }));
    expect(what).toMatch(/^Paused/);
    expect(`${what} ${remedy}`).not.toMatch(/[{}]|undefined/);
  });

  test.each(PAUSE_CAUSES)('by a cause (%s) whose code Apple adds one day still gets a sentence', (cause) => {
    expect(pauseSentence(text, pause('SomethingNew', { cause })).what).toMatch(/^Paused/);
  });

  test('says what the guard counted, and who paused it', () => {
    const params = { refused: 24, answered: 96, gone: 0 };
    expect(pauseSentence(text, pause('guard', { cause: 'guard', params })).what).toBe(
      'Paused by the guard: APNs refused 24 tokens of 96 answered.',
    );
    expect(pauseSentence(text, pause('administrator', { cause: 'administrator', by: 'Kai' })).what).toContain('Kai');
    expect(pauseSentence(text, pause('SomethingNew')).what).toContain('SomethingNew');
  });
});

describe('a lane that is asked again', () => {
  const probation = { code: 'InvalidProviderToken', status: 403, since: 0, probes: 2, nextAt: 9 };

  test('says what APNs has against it, and what to do if it is right', () => {
    const { title, what, remedy, link } = probationSentence(text, probation);
    expect(title).toContain('APNs refuses');
    expect(what).toBe('InvalidProviderToken, HTTP 403.');
    expect(remedy).toContain('.p8');
    expect(link?.label).toBe('link.apps');
  });

  test('shows what came where it was no answer of APNs', () => {
    const sentence = probationSentence(text, { ...probation, code: 'foreign-answer', status: 302, answer: '<html>' });
    expect(sentence.title).toContain('other than APNs');
    expect(sentence.what).toBe('HTTP 302: <html>');
  });

  test('has a sentence for a reason that Apple adds one day', () => {
    expect(probationSentence(text, { ...probation, code: 'SomethingNew' }).what).toContain('SomethingNew');
  });
});

describe('an act', () => {
  const act = (kind: string, params: Act['params'] = {}): Act => ({
    id: 1,
    act: kind as Act['act'],
    by: 'Ada Lovelace',
    at: 0,
    laneId: null,
    params,
  });

  test.each(Object.entries(ACT_PARAMS))('%s says who did it, with what is written down', (kind, types) => {
    const { asked, keys: used } = renderingWith((say) => actSentence(say, act(kind, sent(types, 'all'))));
    const known = new Set([...Object.keys(types), 'by']);
    expect([...asked].filter((name) => !known.has(name))).toEqual([]);
    expect(used).not.toContain('act.unknown');
    expect(actSentence(text, act(kind))).toMatch(/^Ada Lovelace /);
  });

  test('on a trigger says which, and what was changed, in the words of its columns', () => {
    expect(actSentence(text, act('change-trigger', { name: 'pages', fields: 'contentType,wakeOn' }))).toBe(
      'Ada Lovelace changed the trigger “pages”: Content type, Wakes on.',
    );
  });

  test('of a newer version still says who did what', () => {
    expect(actSentence(text, act('sing'))).toContain('(sing)');
  });
});

describe('an alarm', () => {
  const codes = Object.keys(ALARM_PARAMS) as AlarmCode[];

  test.each(codes)('%s has a sentence of its own, made of what the server sends', (code) => {
    const types: ParamTypes = ALARM_PARAMS[code];
    const render = (which: 'all' | 'always') => (say: typeof text) =>
      alarmSentence(say, alarm(code, sent(types, which) as AlarmParams<typeof code>));
    const { asked, keys: used } = renderingWith(render('all'));
    expect([...asked].filter((name) => !(name in types) && name !== 'code')).toEqual([]);
    expect(used).not.toContain('alarm.unknown');
    const { what, remedy } = render('always')(text);
    expect(`${what} ${remedy}`).not.toMatch(/[{}]|undefined/);
  });

  test('has sentences that are all different', () => {
    const said = codes.map((code) => alarmSentence(textOf, alarm(code, {} as AlarmParams<typeof code>)).what);
    expect(new Set(said).size).toBe(codes.length);
  });

  test.each(TRIGGER_PROBLEMS)('of a broken trigger says why it cannot work: %s', (problem) => {
    const facts = { contentType: 'api::page.page', bundleId: 'com.example.news', subject: 'populate.author' };
    const params = { name: 'pages', problem, ...facts };
    expect(alarmSentence(text, alarm('trigger-broken', params)).remedy).toMatch(/api::page\.page|com\.example\.news/);
  });

  test.each(Object.entries(PAUSE_PARAMS))('of a lane paused for %s says why it is paused', (code, types) => {
    const params = { cause: 'fatal', code, ...sent(types, 'all') };
    const { what } = alarmSentence(text, alarm('lane-paused', params));
    expect(what).toBe(pauseSentence(text, pause(code, { params: sent(types, 'all') })).what);
  });

  test('of a lane that something else than APNs answers shows what came', () => {
    const params = { code: 'foreign-answer', status: 402, probes: 1, answer: '<h1>Pay here' };
    expect(alarmSentence(text, alarm('lane-refused', params)).what).toContain('(HTTP 402: <h1>Pay here)');
    expect(alarmSentence(text, alarm('lane-refused', { ...params, answer: '' })).what).toContain('(HTTP 402: –)');
  });

  test('of a credential from configuration does not ask to drop in a file', () => {
    const params = { bundleId: 'com.example.news', environment: 'production', source: 'config' };
    expect(alarmSentence(text, alarm('credential-unreadable', params)).remedy).toContain('config/plugins');
  });

  test('that this version does not know still names its code', () => {
    const unknown = { ...alarm('fingerprint', {}), code: 'brand-new' } as unknown as Alarm;
    expect(alarmSentence(text, unknown).what).toContain('brand-new');
  });
});
