import type { Overview, OverviewLane } from '../../server/admin-api/contract';
import type { Text, TextKey } from '../text';

const SENTENCES: Record<OverviewLane['departure']['kind'], TextKey> = {
  none: 'departure.none',
  now: 'departure.soon',
  quiet: 'departure.quiet',
  budget: 'departure.budget',
  running: 'departure.running',
  refused: 'departure.refused',
  paused: 'departure.paused',
  'not-set-up': 'departure.not-set-up',
  disabled: 'departure.disabled',
};

/** Whether the engine is off until somebody does something. Elsewhere, or in a moment, it may run: then times hold. */
export function isSendingOff({ engine }: Pick<Overview, 'engine'>): boolean {
  return !engine.running && (engine.code === 'disabled' || engine.code === 'stopped');
}

interface DepartureOptions {
  /** Renders a time of day. */
  clock: (at: number) => string;
  /** See `isSendingOff`: then nothing leaves, whatever the lane says. */
  sendingOff: boolean;
}

/** When what waits leaves, and why not sooner. */
export function departureSentence(text: Text, lane: OverviewLane, { clock, sendingOff }: DepartureOptions): string {
  const { kind, at } = lane.departure;
  const values = { changes: lane.waitingChanges, used: lane.budget.used, perHour: lane.budget.perHour };
  if (sendingOff) return text('departure.off', values);
  if ((kind === 'quiet' || kind === 'budget') && at === null) return text('departure.soon', values);
  return text(SENTENCES[kind], { ...values, at: at === null ? '' : clock(at) });
}

/** How much of the lane's hour is spent. */
export function budgetSentence(text: Text, { budget }: Pick<OverviewLane, 'budget'>): string {
  return budget.perHour === 0 ? text('budget.unlimited', { used: budget.used }) : text('budget.used', { ...budget });
}
