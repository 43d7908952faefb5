import { deviceTokenOf, type ApnsRequest, type Rule, type RuleContext } from './rule';

const MAX_COLLAPSE_ID_BYTES = 64;

const PUSH_TYPES = new Set(
  'alert background complication controls fileprovider liveactivity location mdm pushtotalk voip widgets'.split(' '),
);
const PRIORITIES = new Set(['1', '5', '10']);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const BUNDLE_ID = /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/;

const tokenOf = (request: ApnsRequest): string => deviceTokenOf(request.path) ?? '';
const topicOf = (request: ApnsRequest): string => request.headers['apns-topic'] ?? '';

const hasDuplicates = (rawHeaders: readonly string[]): boolean => {
  const names = rawHeaders.filter((_, index) => index % 2 === 0);
  return new Set(names).size < names.length;
};

/** What must be right before anything else is looked at. */
export const REQUEST_RULES: readonly Rule[] = [
  {
    rule: 'method',
    status: 405,
    reason: 'MethodNotAllowed',
    broken: ({ method }) => method !== 'POST',
  },
  {
    rule: 'path',
    status: 404,
    reason: 'BadPath',
    broken: ({ path }) => deviceTokenOf(path) === undefined,
  },
  {
    rule: 'device-token-missing',
    status: 400,
    reason: 'MissingDeviceToken',
    broken: (request) => tokenOf(request) === '',
  },
  {
    rule: 'duplicate-headers',
    status: 400,
    reason: 'DuplicateHeaders',
    broken: ({ rawHeaders }) => hasDuplicates(rawHeaders),
  },
];

const keyMayUse = ({ providerToken }: RuleContext, topic: string): boolean =>
  providerToken.kind !== 'verified' || (providerToken.key.topics?.includes(topic) ?? true);

/** What Apple asks of the device token and the headers. */
export const HEADER_RULES: readonly Rule[] = [
  {
    // Whole bytes in hex; Apple names no length. All zeroes is a token that APNs never gave to any device.
    rule: 'device-token',
    status: 400,
    reason: 'BadDeviceToken',
    broken: (request) => !/^(?:[0-9a-f]{2})+$/.test(tokenOf(request)) || /^0+$/.test(tokenOf(request)),
  },
  {
    // Apple requires it for watchOS and asks for it everywhere; here it is required.
    rule: 'push-type',
    status: 400,
    reason: 'InvalidPushType',
    broken: ({ headers }) => !PUSH_TYPES.has(headers['apns-push-type'] ?? ''),
  },
  {
    // Real types of push, but none of ours: a simulator that took them would call a visible push a valid one.
    rule: 'push-type-not-background',
    status: 400,
    reason: 'SimulatorOnlyBackground',
    broken: ({ headers }) => headers['apns-push-type'] !== 'background',
  },
  {
    rule: 'topic-missing',
    status: 400,
    reason: 'MissingTopic',
    broken: (request) => topicOf(request) === '',
  },
  {
    rule: 'topic-form',
    status: 400,
    reason: 'BadTopic',
    broken: (request) => !BUNDLE_ID.test(topicOf(request)),
  },
  {
    rule: 'topic-not-allowed',
    status: 400,
    reason: 'TopicDisallowed',
    broken: (request, context) =>
      !keyMayUse(context, topicOf(request)) || !(context.topics?.has(topicOf(request)) ?? true),
  },
  {
    rule: 'device-token-of-another-topic',
    status: 400,
    reason: 'DeviceTokenNotForTopic',
    broken: (request, context) => (context.topicOf(tokenOf(request)) ?? topicOf(request)) !== topicOf(request),
  },
  {
    rule: 'priority',
    status: 400,
    reason: 'BadPriority',
    broken: ({ headers }) => !PRIORITIES.has(headers['apns-priority'] ?? '10'),
  },
  {
    // Apple: background pushes always use 5, and the default, 10, is an error. What APNs really answers to it is
    // not documented (it may drop the push silently); BadPriority is the reason that says what is wrong.
    rule: 'priority-of-background',
    status: 400,
    reason: 'BadPriority',
    broken: ({ headers }) => headers['apns-priority'] !== '5',
  },
  {
    // UNIX seconds. What Apple takes for the largest is not documented; beyond 32 bits it is milliseconds by mistake.
    rule: 'expiration',
    status: 400,
    reason: 'BadExpirationDate',
    broken: ({ headers }) => {
      const value = headers['apns-expiration'] ?? '0';
      return !/^\d{1,10}$/.test(value) || Number(value) > 0xffff_ffff;
    },
  },
  {
    rule: 'apns-id',
    status: 400,
    reason: 'BadMessageId',
    broken: ({ headers }) => headers['apns-id'] !== undefined && !UUID.test(headers['apns-id']),
  },
  {
    // Node hands header values over as Latin-1: one character per byte.
    rule: 'collapse-id',
    status: 400,
    reason: 'BadCollapseId',
    broken: ({ headers }) => (headers['apns-collapse-id'] ?? '').length > MAX_COLLAPSE_ID_BYTES,
  },
];
