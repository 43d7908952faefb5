import type { Counters, Push } from '../../server/admin-api/contract';
import type { CounterKind } from './counter-kinds';

/** What the chart tells apart; everything that ended otherwise is one part. */
export const CHART_PARTS = ['accepted', 'rejected', 'unknown', 'other'] as const;
export type ChartPart = (typeof CHART_PARTS)[number];

const OTHER: readonly CounterKind[] = ['expired', 'cancelled', 'superseded', 'removed'];

export interface ChartColumn {
  push: Push;
  parts: Record<ChartPart, number>;
  total: number;
}

/** One column per push, oldest first. Devices that still wait for a retry are not drawn: they have not ended. */
export function chartColumns(newestFirst: readonly Push[]): ChartColumn[] {
  return [...newestFirst].reverse().map((push) => {
    const parts = partsOf(push.counters);
    return { push, parts, total: CHART_PARTS.reduce((sum, part) => sum + parts[part], 0) };
  });
}

function partsOf(counters: Counters): Record<ChartPart, number> {
  return {
    accepted: counters.accepted,
    rejected: counters.rejected,
    unknown: counters.unknown,
    other: OTHER.reduce((sum, kind) => sum + counters[kind], 0),
  };
}

export interface StackedPart {
  part: ChartPart;
  /** Distance of its upper edge from the top. */
  y: number;
  height: number;
}

/**
 * Where each part of a column is drawn, from the ground up.
 *
 * `thinnest`: no part with devices in it gets lower than this, or one rejection among thousands would vanish.
 */
export function stackParts({ parts }: ChartColumn, top: number, height: number, thinnest: number): StackedPart[] {
  let y = height;
  return CHART_PARTS.filter((part) => parts[part] > 0).map((part) => {
    const own = Math.max(thinnest, (parts[part] / top) * height);
    y -= own;
    return { part, y, height: own };
  });
}
