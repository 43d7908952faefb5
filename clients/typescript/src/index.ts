export { parsePush, type ContentPush } from './content-push.js';
export {
  createContentSync,
  type ContentSync,
  type ContentSyncOptions,
  type SyncResult,
  type WakeOptions,
} from './content-sync.js';
export { memoryContent, memoryStorage, type MemoryContent } from './memory.js';
export type { BackgroundRefresh, Environment, Registered, RegisterOptions } from './registration.js';
export { SyncError, type SyncErrorKind } from './sync-error.js';
export { fetchTransport, type Fetch, type HttpAnswer, type HttpRequest, type Transport } from './transport.js';
export {
  systemClock,
  type Change,
  type Clock,
  type ContentHandler,
  type Entry,
  type EntryKey,
  type Position,
  type Storage,
} from './types.js';
