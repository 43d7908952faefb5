/**
 * What an answer means for what is to be done next.
 *
 * - `accepted`: APNs took the push. That is no promise that the device gets it.
 * - `retire`: the device token is dead.
 * - `suspect`: this token was refused, and only this one; it may be dead or of the other environment.
 * - `retry`: send again later.
 * - `reauth`: needs a new provider token; the client makes it by itself.
 * - `reconnect`: needs a new connection; the client makes it, the caller sends again.
 * - `hold`: the whole lane waits.
 * - `stop`: the credential or the topic is wrong: every push would be refused, so the lane stops.
 * - `fix`: the request is wrong: a mistake of this software, the same for every device, so the lane stops.
 * - `foreign`: no answer of APNs. Something else answered, and would answer every push: the lane stops.
 * - `record`: nothing is known about it: written down, neither sent again nor held against the device.
 */
export type ReasonClass =
  'accepted' | 'retire' | 'suspect' | 'retry' | 'reauth' | 'reconnect' | 'hold' | 'stop' | 'fix' | 'foreign' | 'record';

export interface ReasonRule {
  /** The HTTP status that comes with it. */
  status: number;
  class: ReasonClass;
  /** For administrators. */
  meaning: string;
  /** What an administrator does about it. */
  remedy: string;
}

const OUR_MISTAKE = 'This is a mistake in the plugin: please report it with the reason and the plugin’s version.';
const TOKEN_AUTH_ONLY =
  'The plugin signs in with a provider key, never with a certificate: check what stands between this server and APNs.';
const WRONG_ENVIRONMENT_KEY = {
  status: 403,
  class: 'stop',
  meaning: 'The key is restricted to the other APNs environment.',
  remedy: 'In the developer account, make a key for this environment (or for both) and set it up for this lane.',
} as const;

/**
 * Every reason Apple documents for a refused push ("Handling notification responses from APNs"; the two about keys
 * are in "Establishing a token-based connection to APNs").
 */
export const REASONS = {
  /** The collapse identifier is longer than 64 bytes. */
  BadCollapseId: { status: 400, class: 'fix', meaning: 'The collapse identifier is too long.', remedy: OUR_MISTAKE },
  /** The token is no token, or one of the other environment. */
  BadDeviceToken: {
    status: 400,
    class: 'suspect',
    meaning: 'APNs does not know this device token in this environment.',
    remedy:
      'One device: nothing to do, it is retired when it stays so. Many devices: their apps register with the wrong environment; development builds belong to sandbox, TestFlight and App Store builds to production.',
  },
  /** `apns-expiration` is not a time. */
  BadExpirationDate: { status: 400, class: 'fix', meaning: 'The expiration time is not valid.', remedy: OUR_MISTAKE },
  /** `apns-id` is not a UUID. */
  BadMessageId: { status: 400, class: 'fix', meaning: 'The id of the push is not valid.', remedy: OUR_MISTAKE },
  /** `apns-priority` is not 1, 5 or 10. */
  BadPriority: { status: 400, class: 'fix', meaning: 'The priority is not valid.', remedy: OUR_MISTAKE },
  /** `apns-topic` is not a topic. */
  BadTopic: {
    status: 400,
    class: 'stop',
    meaning: 'The bundle id is not a valid topic.',
    remedy: 'Compare the bundle id, letter by letter, with the one in Xcode or in the developer account.',
  },
  /** The token belongs to another app. */
  DeviceTokenNotForTopic: {
    status: 400,
    class: 'suspect',
    meaning: 'The device token belongs to another app than this bundle id.',
    remedy:
      'One device: nothing to do, it is retired when it stays so. Many devices: the app registers under another app’s bundle id; extensions and watch apps have bundle ids of their own.',
  },
  /** One or more headers came twice. */
  DuplicateHeaders: { status: 400, class: 'fix', meaning: 'A header was sent twice.', remedy: OUR_MISTAKE },
  /** The connection was idle for too long. */
  IdleTimeout: {
    status: 400,
    class: 'reconnect',
    meaning: 'APNs closed the connection because it was idle.',
    remedy: 'Nothing to do: a new connection is made and the push is sent again.',
  },
  /** `apns-push-type` is not one of Apple's. */
  InvalidPushType: { status: 400, class: 'fix', meaning: 'The push type is not valid.', remedy: OUR_MISTAKE },
  /** The path holds no token. */
  MissingDeviceToken: { status: 400, class: 'fix', meaning: 'The request named no device token.', remedy: OUR_MISTAKE },
  /** Required with a provider token. */
  MissingTopic: {
    status: 400,
    class: 'stop',
    meaning: 'The request named no topic.',
    remedy: 'Check the app’s bundle id. If it is right, this is a mistake in the plugin: please report it.',
  },
  /** The body is empty. */
  PayloadEmpty: { status: 400, class: 'fix', meaning: 'The push was empty.', remedy: OUR_MISTAKE },
  /** This credential may not push to this topic. */
  TopicDisallowed: {
    status: 400,
    class: 'stop',
    meaning: 'This key may not push to this bundle id.',
    remedy:
      'Check that the bundle id and the key belong to the same team, that the key covers this app, and that the App ID has Push Notifications switched on.',
  },
  BadCertificate: { status: 403, class: 'stop', meaning: 'The certificate is not valid.', remedy: TOKEN_AUTH_ONLY },
  BadCertificateEnvironment: {
    status: 403,
    class: 'stop',
    meaning: 'The certificate is for the other environment.',
    remedy: TOKEN_AUTH_ONLY,
  },
  /** The token's `iat` is more than an hour away from APNs' clock. */
  ExpiredProviderToken: {
    status: 403,
    class: 'reauth',
    meaning: 'APNs holds even a newly made provider token for too old: the clock that dates it is wrong.',
    remedy:
      'Set the clock of the database server by a time service (NTP); with SQLite, that of the machine that runs Strapi. Then resume.',
  },
  Forbidden: {
    status: 403,
    class: 'stop',
    meaning: 'APNs does not allow this.',
    remedy: 'Check in the developer account that the key is not revoked and covers this app and environment.',
  },
  /** The token is not valid, or its signature could not be verified. */
  InvalidProviderToken: {
    status: 403,
    class: 'stop',
    meaning:
      'APNs does not accept the signature: key, key id and team id do not belong together, or the key is revoked.',
    remedy:
      'Compare key id and team id with the developer account, and put in the .p8 file of that key again. If they are right, check the clock of the database server; with SQLite, that of the machine that runs Strapi.',
  },
  MissingProviderToken: {
    status: 403,
    class: 'stop',
    meaning: 'No provider token reached APNs.',
    remedy: 'Check what stands between this server and APNs: something takes the authorization header away.',
  },
  /** A connection is bound to the key of its first push and that key's relatives. */
  UnrelatedKeyIdInToken: {
    status: 403,
    class: 'reconnect',
    meaning: 'The key is not related to the one this connection began with.',
    remedy: 'Nothing to do: a new connection is made and the push is sent again.',
  },
  /** As Apple's documentation spells it. */
  BadEnvironmentKeyIdInToken: WRONG_ENVIRONMENT_KEY,
  /** As APNs has been seen to spell it (kylebrowning/APNSwift#229). */
  BadEnvironmentKeyInToken: WRONG_ENVIRONMENT_KEY,
  BadPath: { status: 404, class: 'fix', meaning: 'The request’s path is not valid.', remedy: OUR_MISTAKE },
  MethodNotAllowed: { status: 405, class: 'fix', meaning: 'The request’s method is not POST.', remedy: OUR_MISTAKE },
  ExpiredToken: {
    status: 410,
    class: 'retire',
    meaning: 'The device token has expired.',
    remedy: 'Nothing to do: the device is retired by itself, and comes back when its app registers again.',
  },
  /** The token became inactive for the topic; `timestamp` says since when. */
  Unregistered: {
    status: 410,
    class: 'retire',
    meaning: 'The app is no longer on the device, or push is no longer active for it.',
    remedy: 'Nothing to do: the device is retired by itself, and comes back when its app registers again.',
  },
  /** More than 4,096 bytes. */
  PayloadTooLarge: { status: 413, class: 'fix', meaning: 'The push is too large.', remedy: OUR_MISTAKE },
  /** The provider token changed more than once in 20 minutes. */
  TooManyProviderTokenUpdates: {
    status: 429,
    class: 'hold',
    meaning: 'APNs saw the provider token change too often. It may change once in 20 minutes.',
    remedy:
      'Nothing to do: sending goes on after a while. If it comes back, look for other software that uses the same key, and check the clock of the database server; with SQLite, that of the machine that runs Strapi.',
  },
  /** Too many pushes in a row to the same device. */
  TooManyRequests: {
    status: 429,
    class: 'retry',
    meaning: 'This device got too many pushes in a short time.',
    remedy: 'Nothing to do: it is tried again later. If many devices are refused so, lower pushesPerHour.',
  },
  InternalServerError: {
    status: 500,
    class: 'retry',
    meaning: 'APNs had an internal error.',
    remedy: 'Nothing to do: it is tried again later. If it lasts, see Apple’s system status page.',
  },
  ServiceUnavailable: {
    status: 503,
    class: 'retry',
    meaning: 'APNs is unavailable for now.',
    remedy: 'Nothing to do: it is tried again later. If it lasts, see Apple’s system status page.',
  },
  Shutdown: {
    status: 503,
    class: 'reconnect',
    meaning: 'The APNs server is shutting down.',
    remedy: 'Nothing to do: a new connection is made and the push is sent again.',
  },
} as const satisfies Record<string, ReasonRule>;

/** A reason Apple documents. */
export type Reason = keyof typeof REASONS;

const ACCEPTED: ReasonRule = {
  status: 200,
  class: 'accepted',
  meaning: 'APNs took the push.',
  remedy: 'Nothing to do. Whether and when the device is woken is decided by APNs and the device.',
};

/** Whether Apple documents this reason. */
export function isReason(reason: string): reason is Reason {
  return Object.hasOwn(REASONS, reason);
}

/**
 * The rule for an answer, also for one that Apple does not document.
 *
 * @param reason Apple's string, or `''` where the body held none
 */
export function ruleOf(status: number, reason: string): ReasonRule {
  if (status === 200) return ACCEPTED;
  if (isReason(reason)) return REASONS[reason];
  const answer = reason ? `${reason} (HTTP ${status})` : `HTTP ${status}, without a reason`;
  const meaning = `APNs answered ${answer}, which Apple does not document.`;
  const remedy = 'See Apple’s system status page, and whether the plugin has a newer version that knows this answer.';
  return { status, class: classOfUndocumented(status), meaning, remedy };
}

/** What of a `rejected` outcome says what to do. */
interface Answered {
  status: number;
  reason: string;
  foreign?: string;
}

/** The rule for a refusal, also for one that is not APNs'. */
export function ruleOfRefusal({ status, reason, foreign }: Answered): ReasonRule {
  if (foreign === undefined) return ruleOf(status, reason);
  const came = foreign === '' ? `HTTP ${status}, without a reason of APNs` : `HTTP ${status}: ${foreign}`;
  const remedy =
    'Check apns.origin and server.proxy in the configuration, and what stands between this server and APNs.';
  return { status, class: 'foreign', meaning: `Something other than APNs answered (${came}).`, remedy };
}

function classOfUndocumented(status: number): ReasonClass {
  if (status === 410) return 'retire';
  // Every 403 that Apple documents is about the credential, which all devices of a lane share: going on would
  // announce changes to nobody.
  if (status === 403) return 'stop';
  if (status === 429 || status >= 500) return 'retry';
  return 'record';
}
