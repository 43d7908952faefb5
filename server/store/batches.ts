/** Cuts a list into lists of at most `size`: SQLite takes 999 values in one statement, and long ones hold others up. */
export function* batches<T>(list: readonly T[], size: number): Generator<T[]> {
  for (let from = 0; from < list.length; from += size) yield list.slice(from, from + size);
}
