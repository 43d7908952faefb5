import { isReason, REASONS, ruleOf, type Reason } from '../../../server/apns';

/** Apple's table ("Handling notification responses from APNs"), and what is to be done. */
const TABLE: [status: number, reason: Reason, reasonClass: string][] = [
  [400, 'BadCollapseId', 'fix'],
  [400, 'BadDeviceToken', 'suspect'],
  [400, 'BadExpirationDate', 'fix'],
  [400, 'BadMessageId', 'fix'],
  [400, 'BadPriority', 'fix'],
  [400, 'BadTopic', 'stop'],
  [400, 'DeviceTokenNotForTopic', 'suspect'],
  [400, 'DuplicateHeaders', 'fix'],
  [400, 'IdleTimeout', 'reconnect'],
  [400, 'InvalidPushType', 'fix'],
  [400, 'MissingDeviceToken', 'fix'],
  [400, 'MissingTopic', 'stop'],
  [400, 'PayloadEmpty', 'fix'],
  [400, 'TopicDisallowed', 'stop'],
  [403, 'BadCertificate', 'stop'],
  [403, 'BadCertificateEnvironment', 'stop'],
  [403, 'ExpiredProviderToken', 'reauth'],
  [403, 'Forbidden', 'stop'],
  [403, 'InvalidProviderToken', 'stop'],
  [403, 'MissingProviderToken', 'stop'],
  [403, 'UnrelatedKeyIdInToken', 'reconnect'],
  [403, 'BadEnvironmentKeyIdInToken', 'stop'],
  [403, 'BadEnvironmentKeyInToken', 'stop'],
  [404, 'BadPath', 'fix'],
  [405, 'MethodNotAllowed', 'fix'],
  [410, 'ExpiredToken', 'retire'],
  [410, 'Unregistered', 'retire'],
  [413, 'PayloadTooLarge', 'fix'],
  [429, 'TooManyProviderTokenUpdates', 'hold'],
  [429, 'TooManyRequests', 'retry'],
  [500, 'InternalServerError', 'retry'],
  [503, 'ServiceUnavailable', 'retry'],
  [503, 'Shutdown', 'reconnect'],
];

describe('the table of reasons', () => {
  it.each(TABLE)('%i %s is of class %s', (status, reason, reasonClass) => {
    expect(REASONS[reason]).toMatchObject({ status, class: reasonClass });
    expect(ruleOf(status, reason)).toBe(REASONS[reason]);
  });

  it('has no reason that is not Apple’s', () => {
    expect(Object.keys(REASONS).sort()).toEqual(TABLE.map(([, reason]) => reason).sort());
  });

  it.each(Object.entries(REASONS))('explains %s in whole sentences', (_, { meaning, remedy }) => {
    expect(meaning).toMatch(/^[A-Z].{10,}\.$/);
    expect(remedy).toMatch(/^[A-Z].{10,}\.$/);
  });
});

describe('an answer Apple does not document', () => {
  it.each([
    [410, 'retire'],
    [403, 'stop'],
    [429, 'retry'],
    [500, 'retry'],
    [502, 'retry'],
    [599, 'retry'],
    [400, 'record'],
    [401, 'record'],
    [418, 'record'],
    [302, 'record'],
  ])('of status %i is of class %s', (status, reasonClass) => {
    for (const reason of ['', 'SomethingNew', 'constructor', '__proto__', 'toString']) {
      expect(isReason(reason)).toBe(false);
      const rule = ruleOf(status, reason);
      expect(rule).toMatchObject({ status, class: reasonClass, meaning: expect.stringContaining(`HTTP ${status}`) });
      if (reason) expect(rule.meaning).toContain(reason);
    }
  });

  it('is not a 200, which is acceptance', () => {
    expect(ruleOf(200, '')).toMatchObject({ status: 200, class: 'accepted' });
  });
});
