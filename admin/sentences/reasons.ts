import type { Text, TextKey } from '../text';

type After<Prefix extends string, Key = TextKey> = Key extends `${Prefix}${infer End}` ? End : never;
type Known = Exclude<After<'reason.'>, 'none'>;

/** What to do about each of Apple's reasons. */
const REMEDIES: Readonly<Record<Known, After<'reason-remedy.'>>> = {
  BadCollapseId: 'our-mistake',
  BadDeviceToken: 'environment',
  BadExpirationDate: 'our-mistake',
  BadMessageId: 'our-mistake',
  BadPriority: 'our-mistake',
  BadTopic: 'bundle-id',
  DeviceTokenNotForTopic: 'other-app',
  DuplicateHeaders: 'our-mistake',
  IdleTimeout: 'reconnect',
  InvalidPushType: 'our-mistake',
  MissingDeviceToken: 'our-mistake',
  MissingTopic: 'no-topic',
  PayloadEmpty: 'our-mistake',
  TopicDisallowed: 'topic',
  BadCertificate: 'certificate',
  BadCertificateEnvironment: 'certificate',
  ExpiredProviderToken: 'clock',
  Forbidden: 'forbidden',
  InvalidProviderToken: 'signature',
  MissingProviderToken: 'authorization',
  UnrelatedKeyIdInToken: 'reconnect',
  BadEnvironmentKeyIdInToken: 'environment-key',
  BadPath: 'our-mistake',
  MethodNotAllowed: 'our-mistake',
  ExpiredToken: 'retired',
  Unregistered: 'retired',
  PayloadTooLarge: 'our-mistake',
  TooManyProviderTokenUpdates: 'token-updates',
  TooManyRequests: 'too-many',
  InternalServerError: 'later',
  ServiceUnavailable: 'later',
  Shutdown: 'reconnect',
};

/** The names that panel texts of Apple's reasons are composed of. */
export const REASON_NAMES = Object.keys(REMEDIES) as Known[];
export const REASON_REMEDIES = [...new Set(Object.values(REMEDIES))];

/** A reason that APNs spells in two ways. */
const SPELLINGS: Readonly<Record<string, Known>> = { BadEnvironmentKeyInToken: 'BadEnvironmentKeyIdInToken' };

/** What an answer means, and what to do about it. */
export interface ReasonSentence {
  meaning: string;
  remedy: string;
}

/**
 * Apple's reason in the administrator's language.
 *
 * @param said what the server says of it, for reasons that Apple does not document and answers that are not APNs'
 */
export function reasonSentence(text: Text, reason: string | null, said: ReasonSentence): ReasonSentence {
  const spelt = SPELLINGS[reason ?? ''] ?? reason;
  const name = REASON_NAMES.find((known) => known === spelt);
  if (name === undefined) return said;
  return { meaning: text(`reason.${name}`), remedy: text(`reason-remedy.${REMEDIES[name]}`) };
}
