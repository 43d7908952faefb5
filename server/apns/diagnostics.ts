import { channel, type Channel } from 'node:diagnostics_channel';
import type { Goaway } from './connection';
import type { Outcome } from './outcome';

/** The channels of Node's `diagnostics_channel` that the sender publishes on; docs/administrators.md describes them. */
export const APNS_CHANNELS = {
  /** An attempt to connect begins. */
  connecting: 'background-push:apns:connection:connecting',
  /** The first push of a connection was answered: from now on it takes all there is. */
  opened: 'background-push:apns:connection:opened',
  /** APNs ends a connection and says why; what is in flight may still be answered. */
  goaway: 'background-push:apns:connection:goaway',
  /** A connection ended. */
  closed: 'background-push:apns:connection:closed',
  /** There is no connection, and the next attempt waits. */
  failed: 'background-push:apns:connection:failed',
  /** A push was written; again for each that the client itself sends again. */
  sent: 'background-push:apns:push:sent',
  /** A push has its outcome; again for each that the client itself sends again. */
  settled: 'background-push:apns:push:settled',
} as const;

export type ApnsChannel = keyof typeof APNS_CHANNELS;

/** What every message says: who sends. */
export interface ApnsSender {
  /** As whoever made the client calls it; null: it has no name. */
  lane: string | null;
  /** `api.push.apple.com:443` */
  host: string;
  keyId: string;
}

/** What is published on each channel. No message holds a device token, a provider token or a key. */
export interface ApnsMessages {
  connecting: ApnsSender;
  opened: ApnsSender;
  goaway: ApnsSender & Goaway;
  /** `error`: a `ConnectErrorCode`; null: it ended in good order. */
  closed: ApnsSender & { error: string | null };
  /** `retryAt`: when the next attempt may come, milliseconds since the epoch. */
  failed: ApnsSender & { code: string; message: string; retryAt: number };
  sent: ApnsSender & { apnsId: string };
  /** `elapsedMs`: from writing to answer; null: there was no answer. */
  settled: ApnsSender & { apnsId: string; outcome: Outcome; elapsedMs: number | null };
}

const CHANNELS = Object.fromEntries(
  Object.entries(APNS_CHANNELS).map(([name, fullName]) => [name, channel(fullName)]),
) as Record<ApnsChannel, Channel>;

/** Ask this first where it happens for every push: no message need be made for nobody. */
export const isHeard = (name: ApnsChannel): boolean => CHANNELS[name].hasSubscribers;

export type Publish = <Name extends ApnsChannel>(
  name: Name,
  message: Omit<ApnsMessages[Name], keyof ApnsSender>,
) => void;

/** @param sender what every message says */
export function createPublish(sender: ApnsSender): Publish {
  return (name, message) => {
    if (isHeard(name)) CHANNELS[name].publish({ ...sender, ...message });
  };
}
