/** The value below which `share` (0 … 1) of the values lie, by nearest rank; NaN without values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** To so many decimals, as a number. */
export const round = (value: number, decimals: number): number => Number(value.toFixed(decimals));

export const middleOf = <T>(items: readonly T[]): T => items[Math.floor((items.length - 1) / 2)];
