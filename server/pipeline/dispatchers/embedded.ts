import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher, ExecuteShard, ShardCall } from './dispatcher';

export interface EmbeddedOptions {
  /**
   * Shards of one lane worked on at once: while the last devices of one are answered, others keep the window full, and a
   * device that never answers holds up only its own shard. Default: 4.
   */
  perLane?: number;
}

/** The dispatcher that needs nothing but this process. Several processes on one database share the shards all the same. */
export function createEmbeddedDispatcher({ perLane = 4 }: EmbeddedOptions = {}): Dispatcher {
  const abort = new AbortController();
  const running = new Map<number, { laneId: number; over: Promise<void> }>();
  let waiting: ShardCall[] = [];
  let execute: ExecuteShard | null = null;

  function begin(work: ExecuteShard, { shardId, laneId }: ShardCall): void {
    const over = work({ shardId, laneId }, abort.signal).finally(() => {
      running.delete(shardId);
      beginAll();
    });
    running.set(shardId, { laneId, over });
  }

  function beginAll(): void {
    if (!execute || abort.signal.aborted) return;
    const busy = new Map<number, number>();
    for (const { laneId } of running.values()) busy.set(laneId, (busy.get(laneId) ?? 0) + 1);
    const held: ShardCall[] = [];
    for (const call of waiting) {
      const lane = busy.get(call.laneId) ?? 0;
      if (lane >= perLane) {
        held.push(call);
        continue;
      }
      busy.set(call.laneId, lane + 1);
      begin(execute, call);
    }
    waiting = held;
  }

  return {
    start(work) {
      execute = work;
      beginAll();
    },
    notify(calls) {
      if (abort.signal.aborted) return;
      const known = new Set([...running.keys(), ...waiting.map(({ shardId }) => shardId)]);
      for (const call of calls) {
        if (known.has(call.shardId)) continue;
        known.add(call.shardId);
        waiting.push(call);
      }
      beginAll();
    },
    async stop(graceMs) {
      abort.abort();
      waiting = [];
      const over = Promise.all([...running.values()].map((work) => work.over));
      const late = new AbortController();
      await Promise.race([over, sleep(graceMs, undefined, { signal: late.signal }).catch(() => undefined)]);
      late.abort();
    },
  };
}
