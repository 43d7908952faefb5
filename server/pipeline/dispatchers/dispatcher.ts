/** A shard that is worth trying now, and the lane that it belongs to: lanes must not wait for each other. */
export interface ShardCall {
  shardId: number;
  laneId: number;
}

/**
 * Works on a shard: claims it, delivers, settles, gives it back; resolves when that is over. Does nothing when the shard
 * cannot be claimed. Never rejects. After `signal` aborts it hands over nothing more; what is in flight may still be
 * answered.
 */
export type ExecuteShard = (call: ShardCall, signal: AbortSignal) => Promise<void>;

/**
 * Decides where and when shards are worked on; the seam for engines. It only rings doorbells: what must not be lost is in
 * the ledger, safety is the lease that `execute` takes, and whoever lists shards lists them again while they are open.
 * So a call may be lost, repeated, late or made in another process, and all that comes of it is time.
 */
export interface Dispatcher {
  /** Calls of `notify` from now on are executed. */
  start(execute: ExecuteShard): void;
  /** Asks for shards to be worked on. A shard that waits or runs here already is not taken twice. */
  notify(calls: readonly ShardCall[]): void;
  /**
   * Starts nothing more, aborts what runs, and resolves when all of it is over, at the latest after `graceMs`. Calls of
   * `notify` afterwards do nothing.
   */
  stop(graceMs: number): Promise<void>;
}
