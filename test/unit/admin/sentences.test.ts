import type { Act, Alarm, Pause } from '../../../admin/api/types';
import { actSentence, alarmSentence, pauseSentence, probationSentence } from '../../../admin/sentences';
import { ACT_KINDS } from '../../../server/acts/act';
import { REASONS } from '../../../server/apns/reasons';
import { keys, text, valueNames } from './english';

const pause = (code: string, more: Partial<Pause> = {}): Pause => ({
  cause: 'fatal',
  code,
  params: {},
  at: 0,
  ...more,
});
const alarm = (code: string, params: Alarm['params'] = {}): Alarm => ({
  key: code,
  code,
  params,
  laneId: 1,
  raisedAt: 0,
});

test('every English text is a well-formed message', () => {
  for (const key of keys) {
    const values = Object.fromEntries(valueNames(key).map((name) => [name, 2]));
    expect(text(key, values)).not.toBe('');
  }
});

describe('a paused lane', () => {
  const stopping = Object.entries(REASONS).filter(([, rule]) => rule.class === 'stop' || rule.class === 'fix');

  test.each(stopping.map(([reason]) => reason))('%s has a sentence of its own', (reason) => {
    const { what, remedy } = pauseSentence(text, pause(reason));
    expect(what).toMatch(/^Paused/);
    expect(what).not.toBe(pauseSentence(text, pause('SomethingNew')).what.replace('SomethingNew', reason));
    expect(remedy).not.toBe('');
  });

  test('the clock, the guard, a copied database and an administrator have sentences with their facts', () => {
    expect(pauseSentence(text, pause('clock')).remedy).toContain('clock');
    const facts = { refused: 24, answered: 96, reason: 'BadDeviceToken' };
    expect(pauseSentence(text, pause('guard', { cause: 'guard', params: facts })).what).toBe(
      'Paused by the guard: APNs refused 24 tokens of 96 answered (BadDeviceToken).',
    );
    expect(pauseSentence(text, pause('fingerprint', { cause: 'fingerprint' })).what).toContain('copy');
    expect(pauseSentence(text, pause('administrator', { cause: 'administrator', by: 'Kai' })).what).toContain('Kai');
  });

  test('a reason that Apple adds one day still gets a sentence that names it', () => {
    expect(pauseSentence(text, pause('SomethingNew')).what).toContain('SomethingNew');
  });

  test('facts that the server left out do not break the sentence', () => {
    expect(pauseSentence(text, pause('guard', { cause: 'guard' })).what).toContain('Paused by the guard');
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

  test.each(ACT_KINDS)('%s says who did it', (kind) => {
    const sentence = actSentence(text, act(kind));
    expect(sentence).toMatch(/^Ada Lovelace /);
    expect(sentence).not.toContain('does not know');
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
  test.each([
    ['tables-missing', /tables/],
    ['capture-off', /Capture/],
    ['credential-unreadable', /key cannot be read/],
    ['trigger-broken', /trigger/],
    ['lane-paused', /paused/],
    ['apns-unreachable', /push service/],
    ['engine-failing', /engine/],
    ['alarms-unreadable', /alarms/],
    ['fingerprint', /copy/],
    ['proxy-not-trusted', /does not trust/],
    ['single-address', /one private address/],
    ['payload-broken', /could not be built/],
    ['deletions-held', /too many to be believed/],
    ['lane-refused', /asked again by itself/],
    ['server-errors', /server errors/],
    ['token-updates', /provider token changes too often/],
  ])('%s says what is wrong', (code, words) => {
    expect(alarmSentence(text, alarm(code)).what).toMatch(words);
  });

  test('of a paused lane says why it is paused', () => {
    const { what } = alarmSentence(text, alarm('lane-paused', { cause: 'fatal', code: 'InvalidProviderToken' }));
    expect(what).toContain('InvalidProviderToken');
  });

  test('of a lane that something else than APNs answers shows what came', () => {
    const params = { code: 'foreign-answer', status: 402, answer: '<h1>Pay here' };
    expect(alarmSentence(text, alarm('lane-refused', params)).what).toContain('(HTTP 402: <h1>Pay here)');
    const paused = { cause: 'fatal', ...params };
    expect(alarmSentence(text, alarm('lane-paused', paused)).what).toContain('(HTTP 402: <h1>Pay here)');
    expect(alarmSentence(text, alarm('lane-refused', { ...params, answer: '' })).what).toContain('(HTTP 402: –)');
  });

  test('of a credential from configuration does not ask to drop in a file', () => {
    const { remedy } = alarmSentence(text, alarm('credential-unreadable', { source: 'config' }));
    expect(remedy).toContain('config/plugins');
  });

  test('that this version does not know still names its code', () => {
    expect(alarmSentence(text, alarm('brand-new')).what).toContain('brand-new');
  });
});
