/** Where and when shards are worked on: the seam for engines. */
export type { Dispatcher, ShardCall } from './dispatcher';
export { createEmbeddedDispatcher } from './embedded';
