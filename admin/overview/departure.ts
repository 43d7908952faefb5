import type { OverviewLane } from '../api/types';
import type { Text, TextKey } from '../text';

const SENTENCES: Record<OverviewLane['departure']['kind'], TextKey> = {
  none: 'departure.none',
  quiet: 'departure.quiet',
  budget: 'departure.budget',
  running: 'departure.running',
  paused: 'departure.paused',
  'not-set-up': 'departure.not-set-up',
  disabled: 'departure.disabled',
};

/** When what waits leaves, and why not sooner. `clock` renders a time of day. */
export function departureSentence(text: Text, lane: OverviewLane, clock: (at: number) => string): string {
  const { kind, at } = lane.departure;
  const values = { changes: lane.waitingChanges, used: lane.budget.used, perHour: lane.budget.perHour };
  if ((kind === 'quiet' || kind === 'budget') && at === null) return text('departure.soon', values);
  return text(SENTENCES[kind], { ...values, at: at === null ? '' : clock(at) });
}

/** How much of the lane's hour is spent. */
export function budgetSentence(text: Text, { budget }: Pick<OverviewLane, 'budget'>): string {
  return budget.perHour === 0 ? text('budget.unlimited', { used: budget.used }) : text('budget.used', { ...budget });
}
