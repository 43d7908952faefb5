import type { Counters, ShardRow } from '../../store/tables';

export const NO_COUNTERS: Readonly<Counters> = Object.freeze({
  met: 0,
  accepted: 0,
  rejected: 0,
  unknown: 0,
  expired: 0,
  cancelled: 0,
  superseded: 0,
  removed: 0,
});

const COUNTERS = Object.keys(NO_COUNTERS) as (keyof Counters)[];

export function sumCounters(shards: readonly Counters[]): Counters {
  const sums = { ...NO_COUNTERS };
  for (const shard of shards) for (const name of COUNTERS) sums[name] += shard[name];
  return sums;
}

export function sumReasons(shards: readonly Pick<ShardRow, 'reasons'>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const shard of shards) {
    for (const [reason, count] of Object.entries(JSON.parse(shard.reasons) as Record<string, number>)) {
      sums[reason] = (sums[reason] ?? 0) + count;
    }
  }
  return sums;
}
