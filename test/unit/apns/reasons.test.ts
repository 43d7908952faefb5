import { isReason, REASONS, ruleOf, type Reason } from '../../../server/apns';

/** Apple's table ("Handling notification responses from APNs"). What is done about each: `pipeline/decide.test.ts`. */
const TABLE: [status: number, reason: Reason][] = [
  [400, 'BadCollapseId'],
  [400, 'BadDeviceToken'],
  [400, 'BadExpirationDate'],
  [400, 'BadMessageId'],
  [400, 'BadPriority'],
  [400, 'BadTopic'],
  [400, 'DeviceTokenNotForTopic'],
  [400, 'DuplicateHeaders'],
  [400, 'IdleTimeout'],
  [400, 'InvalidPushType'],
  [400, 'MissingDeviceToken'],
  [400, 'MissingTopic'],
  [400, 'PayloadEmpty'],
  [400, 'TopicDisallowed'],
  [403, 'BadCertificate'],
  [403, 'BadCertificateEnvironment'],
  [403, 'ExpiredProviderToken'],
  [403, 'Forbidden'],
  [403, 'InvalidProviderToken'],
  [403, 'MissingProviderToken'],
  [403, 'UnrelatedKeyIdInToken'],
  [403, 'BadEnvironmentKeyIdInToken'],
  [403, 'BadEnvironmentKeyInToken'],
  [404, 'BadPath'],
  [405, 'MethodNotAllowed'],
  [410, 'ExpiredToken'],
  [410, 'Unregistered'],
  [413, 'PayloadTooLarge'],
  [429, 'TooManyProviderTokenUpdates'],
  [429, 'TooManyRequests'],
  [500, 'InternalServerError'],
  [503, 'ServiceUnavailable'],
  [503, 'Shutdown'],
];

describe('the table of reasons', () => {
  it.each(TABLE)('has %i %s with the status that Apple gives it', (status, reason) => {
    expect(REASONS[reason].status).toBe(status);
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
