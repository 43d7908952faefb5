import { REASONS, type Reason } from '../../../server/apns/reasons';
import { decide, type Attempt } from '../../../server/pipeline/outcomes/decide';

const NOW = 1_000_000_000;
const MINUTE = 60_000;
const options = { now: NOW, retry5xxAfterMs: 15 * MINUTE, othersAccepted: true, random: () => 0 };
const first: Attempt = { sentAt: NOW - 100, immediate: 0, cause: null, attempts: 0 };

/** What Apple's text asks for each of its answers, by what it means for the device and its lane. */
const MEANT: Record<string, [reasons: Reason[], becomes: object]> = {
  'the token is gone': [['ExpiredToken', 'Unregistered'], { kind: 'rejected', retireUpTo: first.sentAt }],
  'the token may be wrong': [['BadDeviceToken', 'DeviceTokenNotForTopic'], { kind: 'rejected', suspect: true }],
  'APNs is busy or broken': [
    ['TooManyRequests', 'InternalServerError', 'ServiceUnavailable'],
    { kind: 'retry', cause: 'status' },
  ],
  'the connection is at its end': [['IdleTimeout', 'Shutdown', 'UnrelatedKeyIdInToken'], { kind: 'again' }],
  'the provider token changes too often': [['TooManyProviderTokenUpdates'], { kind: 'hold' }],
  'the clock is wrong': [['ExpiredProviderToken'], { kind: 'stop', refusal: { code: 'clock' } }],
};
/** Whatever else Apple answers is about the key, the app or the push, which all devices of the lane share. */
const stopsTheLane = (Object.keys(REASONS) as Reason[]).filter(
  (reason) => !Object.values(MEANT).some(([reasons]) => reasons.includes(reason)),
);

const decided = (reason: Reason) =>
  decide({ kind: 'rejected', status: REASONS[reason].status, reason }, first, options);

describe('decide', () => {
  it.each(Object.entries(MEANT))('knows when %s', (_, [reasons, becomes]) => {
    for (const reason of reasons) expect([reason, decided(reason)]).toMatchObject([reason, becomes]);
  });

  it.each(stopsTheLane)('stops the lane for %s, which is no fault of a device', (reason) => {
    expect(decided(reason)).toMatchObject({ kind: 'stop', refusal: { code: reason } });
  });

  it('retires a token up to the time that a 410 names', () => {
    const invalidSince = new Date(NOW - 60_000);
    expect(decide({ kind: 'rejected', status: 410, reason: 'Unregistered', invalidSince }, first, options)).toEqual({
      kind: 'rejected',
      status: 410,
      reason: 'Unregistered',
      retireUpTo: NOW - 60_000,
      suspect: false,
    });
  });

  it('retires a token up to when it was sent to where a 410 names no time', () => {
    const decision = decide({ kind: 'rejected', status: 410, reason: 'Unregistered' }, first, options);
    expect(decision).toMatchObject({ retireUpTo: first.sentAt });
  });

  it('holds a refusal against the token only where the reason is about the token', () => {
    const refused = decide({ kind: 'rejected', status: 400, reason: 'BadDeviceToken' }, first, options);
    expect(refused).toMatchObject({ suspect: true });
    const undocumented = decide({ kind: 'rejected', status: 418, reason: 'Teapot' }, first, options);
    expect(undocumented).toMatchObject({ kind: 'rejected', suspect: false });
  });

  it('tries a server error again after a quarter of an hour, then ever later', () => {
    const failed = { kind: 'rejected', status: 503, reason: 'ServiceUnavailable' } as const;
    expect(decide(failed, first, options)).toMatchObject({ kind: 'retry', attempts: 1, dueAt: NOW + 15 * MINUTE });
    const second: Attempt = { ...first, cause: 'status', attempts: 1 };
    expect(decide(failed, second, options)).toMatchObject({ attempts: 2, dueAt: NOW + 30 * MINUTE });
  });

  it('waits as long as an answer asks, if that is longer', () => {
    const busy = { kind: 'rejected', status: 429, reason: 'TooManyRequests', retryAfterMs: 5 * MINUTE } as const;
    expect(decide(busy, first, options)).toMatchObject({ dueAt: NOW + 5 * MINUTE });
  });

  it('sends at once, three times in all, what APNs surely did not process, then later', () => {
    const unsent = { kind: 'unsent', cause: 'goaway' } as const;
    expect(decide(unsent, { ...first, immediate: 0 }, options)).toEqual({ kind: 'again' });
    expect(decide(unsent, { ...first, immediate: 1 }, options)).toEqual({ kind: 'again' });
    expect(decide(unsent, { ...first, immediate: 2 }, options)).toMatchObject({ kind: 'retry', cause: 'unsent' });
  });

  it('tries three times what was never answered, then leaves it unknown', () => {
    const unknown = { kind: 'unknown', cause: 'timeout' } as const;
    expect(decide(unknown, first, options)).toMatchObject({ kind: 'retry', cause: 'unknown', attempts: 1 });
    expect(decide(unknown, { ...first, cause: 'unknown', attempts: 1 }, options)).toMatchObject({ attempts: 2 });
    expect(decide(unknown, { ...first, cause: 'unknown', attempts: 2 }, options)).toEqual({ kind: 'unknown' });
  });

  it('starts counting anew when the cause is another', () => {
    const unknown = { kind: 'unknown', cause: 'timeout' } as const;
    expect(decide(unknown, { ...first, cause: 'status', attempts: 7 }, options)).toMatchObject({ attempts: 1 });
  });

  it('names the clock when even a fresh provider token is too old', () => {
    const expired = { kind: 'rejected', status: 403, reason: 'ExpiredProviderToken' } as const;
    expect(decide(expired, first, options)).toMatchObject({ kind: 'stop', refusal: { code: 'clock', status: 403 } });
  });

  it('takes what is no answer of APNs for no outcome of the device, and keeps what came', () => {
    const portal = { kind: 'rejected', status: 410, reason: '', foreign: '<h1>Log in' } as const;
    expect(decide(portal, first, options)).toEqual({
      kind: 'stop',
      refusal: { code: 'foreign-answer', status: 410, answer: '<h1>Log in' },
      retry: { kind: 'retry', cause: 'refused', attempts: 1, reason: 'foreign-answer', dueAt: NOW },
    });
  });

  it('counts a device as refused that alone is refused as its lane would be, again and again', () => {
    const topic = { kind: 'rejected', status: 400, reason: 'TopicDisallowed' } as const;
    const fourth: Attempt = { ...first, cause: 'refused', attempts: 4 };
    const rejected = { kind: 'rejected', status: 400, reason: 'TopicDisallowed', suspect: false };
    expect(decide(topic, fourth, options)).toEqual(rejected);
    expect(decide(topic, { ...fourth, attempts: 3 }, options)).toMatchObject({ kind: 'stop', retry: { attempts: 4 } });
    expect(decide(topic, fourth, { ...options, othersAccepted: false })).toMatchObject({ kind: 'stop' });
  });

  it('spreads retries by up to a quarter', () => {
    const late = decide({ kind: 'unknown', cause: 'timeout' }, first, { ...options, random: () => 1 });
    expect(late).toMatchObject({ dueAt: NOW + 6_250 });
  });
});
