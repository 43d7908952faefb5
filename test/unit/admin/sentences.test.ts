import type { Act, Alarm, Pause } from '../../../admin/api/types';
import { actSentence, alarmSentence, pauseSentence } from '../../../admin/sentences';
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

describe('an act', () => {
  test.each<Act['act']>([
    'pause',
    'resume',
    'send-anyway',
    'send-now',
    'force',
    'cancel',
    'wake-everyone',
    'start-anew',
    'confirm-instance',
  ])('%s says who did it', (act) => {
    const sentence = actSentence(text, { act, by: 'Ada Lovelace', at: 0 });
    expect(sentence).toMatch(/^Ada Lovelace /);
    expect(sentence).not.toContain('does not know');
  });

  test('of a newer version still says who did what', () => {
    expect(actSentence(text, { act: 'sing' as Act['act'], by: 'Ada', at: 0 })).toContain('(sing)');
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
  ])('%s says what is wrong', (code, words) => {
    expect(alarmSentence(text, alarm(code)).what).toMatch(words);
  });

  test('of a paused lane says why it is paused', () => {
    const { what } = alarmSentence(text, alarm('lane-paused', { cause: 'fatal', code: 'InvalidProviderToken' }));
    expect(what).toContain('InvalidProviderToken');
  });

  test('of a credential from configuration does not ask to drop in a file', () => {
    const { remedy } = alarmSentence(text, alarm('credential-unreadable', { source: 'config' }));
    expect(remedy).toContain('config/plugins');
  });

  test('that this version does not know still names its code', () => {
    expect(alarmSentence(text, alarm('brand-new')).what).toContain('brand-new');
  });
});
