export { collectChanges } from './collect-changes';
export { checkCustomKeys, MAX_CUSTOM_KEYS_BYTES } from './custom-keys';
export {
  createFeed,
  MAX_FEED_LIMIT,
  type AppPosition,
  type Feed,
  type FeedAnswer,
  type FeedChange,
  type FeedMeta,
  type FeedQuery,
  type Freshness,
} from './feed';
export { createHotPages, toPage, type HotPages, type Page } from './pages';
export { buildPayload, type Payload, type PayloadChange, type RangeSummary } from './payload';
