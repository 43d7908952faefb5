/** Everything faster counts as this. */
const FIRST_MS = 100;
/** Buckets per doubling: a percentile is right to a tenth. */
const PER_DOUBLING = 4;
/** About four months; what takes longer counts as this. */
const LAST = 107;

/** The bucket of a time between publish and applied. */
export function bucketOf(ms: number): number {
  if (ms <= FIRST_MS) return 0;
  return Math.min(LAST, 1 + Math.floor(Math.log2(ms / FIRST_MS) * PER_DOUBLING));
}

/** The time that stands for a bucket, in milliseconds: its middle. */
export function msOf(bucket: number): number {
  return bucket === 0 ? FIRST_MS : Math.round(FIRST_MS * 2 ** ((bucket - 0.5) / PER_DOUBLING));
}

/** How many devices took so long. */
export interface BucketCount {
  bucket: number;
  count: number;
}

/** Within which time a share of all devices was done, in milliseconds; null: there are none. */
export function percentileMs(counts: readonly BucketCount[], share: number): number | null {
  const rest = [...counts].sort((a, b) => a.bucket - b.bucket);
  let missing = share * rest.reduce((sum, { count }) => sum + count, 0);
  for (const { bucket, count } of rest) {
    missing -= count;
    if (count > 0 && missing <= 0) return msOf(bucket);
  }
  return null;
}
