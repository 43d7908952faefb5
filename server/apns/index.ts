/**
 * The sender: background notifications to APNs over HTTP/2, with honest outcomes. Knows nothing of Strapi or SQL.
 */
export { apnsIdOf } from './apns-id';
export { createApnsClient, type ApnsClientOptions } from './client';
export type { ApnsClient, ClientState } from './client-types';
export type { Push } from './push';
export type { ConnectErrorCode } from './connect-error';
export type { PushCounts } from './counts';
export { checkKeyId, checkTeamId, isSameCredential, parseKey, type ApnsCredential } from './credential';
export { DeviceTokenError } from './device-token';
export { APNS_CHANNELS, type ApnsChannel, type ApnsMessages } from './diagnostics';
export { createNotification, sharedHeaders, type Notification, type NotificationInput } from './notification';
export { NotificationError, PayloadError, type NotificationRule } from './notification-error';
export type { Outcome, UnknownCause, UnsentCause } from './outcome';
export { findReservedKey, payloadBytes } from './payload';
export { MAX_PAYLOAD_BYTES, MAX_PAYLOAD_DEPTH, serializePayload } from './payload-json';
export { checkCredential, type CredentialCheck, type CredentialCheckOptions } from './probe';
export { createProviderTokens, type ProviderTokens } from './provider-tokens';
export { REASONS, isReason, ruleOf, ruleOfRefusal, type Reason, type ReasonClass, type ReasonRule } from './reasons';
