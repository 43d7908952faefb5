import fc from 'fast-check';
import { outcomeOf, reasonOfDebugData } from '../../../server/apns/answer';

const now = () => 1_700_000_000_000;
const answer = (status: number, body: string, retryAfter?: string) =>
  outcomeOf({ status, apnsId: 'id', retryAfter, body }, now);

describe('an answer', () => {
  it('of 200 is acceptance, with the id that APNs gave back', () => {
    expect(answer(200, '')).toEqual({ kind: 'accepted', apnsId: 'id' });
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
    `{"reason":"${'x'.repeat(101)}"}`,
  ])('with the body %j keeps its status and has no reason', (body) => {
    expect(answer(400, body)).toEqual({ kind: 'rejected', status: 400, reason: '' });
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
