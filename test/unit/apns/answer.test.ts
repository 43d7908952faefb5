import fc from 'fast-check';
import { ruleOfRefusal } from '../../../server/apns';
import { outcomeOf, reasonOfDebugData } from '../../../server/apns/answer';
import type { Refusal } from '../../../server/apns/outcome';

const now = () => 1_700_000_000_000;
const answer = (status: number, body: string, retryAfter?: string) =>
  outcomeOf({ status, apnsId: 'id', retryAfter, body }, now);

describe('an answer', () => {
  it('of 200 is acceptance, with the id that APNs gave back', () => {
    expect(answer(200, '')).toEqual({ kind: 'accepted', apnsId: 'id' });
    expect(outcomeOf({ status: 200, apnsId: 'id', uniqueId: 'u', retryAfter: undefined, body: '' }, Date.now)).toEqual({
      kind: 'accepted',
      apnsId: 'id',
      uniqueId: 'u',
    });
  });

  it('of 410 tells since when, in milliseconds', () => {
    expect(answer(410, '{"reason":"Unregistered","timestamp":1690000000123}')).toEqual({
      kind: 'rejected',
      status: 410,
      reason: 'Unregistered',
      invalidSince: new Date(1_690_000_000_123),
    });
  });

  it.each(['"1690000000123"', '-1', '0', '1e400', 'null', '{}', '9e15'])(
    'of 410 with the timestamp %s tells nothing',
    (timestamp) => {
      expect(answer(410, `{"reason":"Unregistered","timestamp":${timestamp}}`)).not.toHaveProperty('invalidSince');
    },
  );

  it('of another status has no such time', () => {
    expect(answer(400, '{"reason":"BadDeviceToken","timestamp":1690000000123}')).not.toHaveProperty('invalidSince');
  });

  it.each([
    '',
    'null',
    '[]',
    '7',
    '{',
    '<html>',
    '{"reason":7}',
    '{"reason":"<b>Bad</b>"}',
    `{"reason":"${'x'.repeat(65)}"}`,
  ])('with the body %j keeps its status and has no reason', (body) => {
    expect(answer(500, body)).toEqual({ kind: 'rejected', status: 500, reason: '' });
  });

  it.each([
    [200, '<html>Welcome to Hotel WLAN</html>'],
    [204, ''],
    [302, ''],
    [302, '{"reason":"Found"}'],
    [400, ''],
    [402, '{}'],
    [403, '<h1>Blocked by your administrator</h1>'],
    [404, 'not found'],
    [405, ''],
    [408, ''],
    [410, ''],
    [410, '<html>Gone</html>'],
    [421, ''],
  ])('of %i with the body %j is none of APNs’, and keeps what came', (status, body) => {
    const outcome = answer(status, body);
    expect(outcome).toMatchObject({ kind: 'rejected', status, foreign: body });
    expect(ruleOfRefusal(outcome as Refusal)).toMatchObject({ status, class: 'foreign' });
    expect(ruleOfRefusal(outcome as Refusal).meaning).toContain(`HTTP ${status}`);
  });

  it.each([
    [400, '{"reason":"SomethingNew"}'],
    [403, ''],
    [410, '{"reason":"Unregistered"}'],
    [429, ''],
    [502, '<html>Bad gateway</html>'],
  ])('of %i with the body %j can be one of APNs’', (status, body) => {
    expect(answer(status, body)).not.toHaveProperty('foreign');
  });

  it('that is none of APNs’ is kept short and without what could move a cursor', () => {
    const { foreign } = answer(302, `a\u001b[31m\r\n\t b\u202e${'x'.repeat(1_000)}`) as Refusal;
    expect(foreign).toMatch(/^a \[31m b x+$/);
    expect(foreign).toHaveLength(200);
  });

  it('never throws, whatever its body', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), fc.integer({ min: 201, max: 599 }), (body, status) => {
        expect(answer(status, body)).toMatchObject({ kind: 'rejected', status });
        expect(typeof reasonOfDebugData(body)).toBe('string');
      }),
    );
  });

  it.each([
    ['120', 120_000],
    ['0', 0],
    ['99999999', 86_400_000],
    ['Tue, 14 Nov 2023 22:14:20 GMT', 60_000],
    ['Tue, 14 Nov 2023 22:00:00 GMT', 0],
  ])('with retry-after %s waits %i ms', (retryAfter, retryAfterMs) => {
    expect(answer(503, '', retryAfter)).toMatchObject({ retryAfterMs });
  });

  it('with a retry-after that says nothing has none', () => {
    expect(answer(503, '', 'soon')).not.toHaveProperty('retryAfterMs');
  });
});

describe('the debug data of a GOAWAY', () => {
  it.each([
    ['{"reason":"IdleTimeout"}', 'IdleTimeout'],
    ['Maximum active streams violated for this endpoint.', 'Maximum active streams violated for this endpoint.'],
    ['', ''],
    ['a\u001b[31m\nb', 'a [31m b'],
  ])('%j says %j', (debugData, reason) => {
    expect(reasonOfDebugData(debugData)).toBe(reason);
  });
});
