import { NotificationError } from './notification-error';
import { encodePayload } from './payload';

declare const built: unique symbol;

/** What a push carries, ready to be sent to any number of devices. Only `createNotification` makes one. */
export interface Notification {
  /** The app's bundle id. */
  readonly topic: string;
  /** The payload as UTF-8 JSON; shared by all devices, so never to be written to. */
  readonly body: Buffer;
  /** When APNs gives up on a device that cannot be reached: seconds since the epoch. */
  readonly expiration: number;
  readonly [built]: true;
}

export interface NotificationInput {
  /** The app's bundle id, without any suffix: background pushes have none. */
  topic: string;
  /** `content` and the app's own keys; `aps` is added here. */
  payload: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch, absolute. */
  expiresAt: number;
}

/** The headers that all devices of a push share, but for the provider token, in the order in which they are written. */
export function sharedHeaders({ topic, expiration }: Notification): [name: string, value: string][] {
  return [
    ['apns-topic', topic],
    ['apns-push-type', 'background'],
    // Apple: background pushes always use 5; the default, 10, is an error.
    ['apns-priority', '5'],
    ['apns-expiration', String(expiration)],
  ];
}

/** In 2001: a smaller number is a duration, or seconds. Apple would take it for a time long past. */
const EARLIEST_MS = 1e12;

/**
 * Builds a background notification and serialises its payload, once for all devices. Push type (`background`) and
 * priority (5) are no choice: Apple takes any other for an error.
 *
 * @throws NotificationError when a rule is broken; `rule` names it
 */
export function createNotification({ topic, payload, expiresAt }: NotificationInput): Notification {
  if (!/^[A-Za-z0-9.-]{1,255}$/.test(topic)) {
    throw new NotificationError('topic', 'The topic must be a bundle id: letters, digits, dots and hyphens.');
  }
  if (!Number.isSafeInteger(expiresAt) || expiresAt < EARLIEST_MS) {
    throw new NotificationError('expiration', 'expiresAt must be a time, in milliseconds since the epoch.');
  }
  return Object.freeze({
    topic,
    body: encodePayload(payload),
    expiration: Math.floor(expiresAt / 1000),
  } as Notification);
}
