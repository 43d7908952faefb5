export { collectChanges } from './collect-changes';
export { checkCustomKeys, MAX_CUSTOM_KEYS_BYTES } from './custom-keys';
export {
  createFeed,
  MAX_FEED_LIMIT,
  unknownApp,
  type AppPosition,
  type Feed,
  type FeedAnswer,
  type FeedQuery,
  type CacheRule,
} from './feed';
export { READS_PER_WRITE } from './reads-per-write';
export type { FeedChange, FeedMeta } from './feed-change';
export { createHotPages, toPage, type Page } from './pages';
export {
  buildPayload,
  MAX_SPREAD_S,
  type BackgroundPushPayload,
  type Payload,
  type PayloadChange,
  type PushContent,
  type RangeSummary,
} from './payload';
