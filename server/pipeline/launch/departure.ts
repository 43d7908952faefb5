import type { Hurry, Departure } from '../../admin-api/contract';

/** Apple allows two or three background pushes an hour; the budget is counted over this long. */
export const BUDGET_WINDOW_MS = 3_600_000;

export interface Waking {
  /** When the first and the last waking change that no push handled yet were numbered. */
  firstAt: number;
  lastAt: number;
}

export interface DepartureFacts {
  now: number;
  appEnabled: boolean;
  setUp: boolean;
  paused: boolean;
  /** When the lane is probed next, which APNs refuses; null: it does not. */
  askedNextAt: number | null;
  /** A push of the lane still scans its devices. */
  running: boolean;
  /** Null: nothing waits to wake anybody. */
  waking: Waking | null;
  /** Changes that devices were not told of, whether they wake or not. */
  unannounced: boolean;
  /** What an administrator asked for. */
  hurry: Hurry | null;
  quietMs: number;
  maxWaitMs: number;
  /** 0: unlimited. */
  pushesPerHour: number;
  /** When each push of the last hour was first accepted, oldest first. */
  departures: readonly number[];
}

/**
 * Decides when a lane's next push leaves: `quietMs` after the last waking change, at most `maxWaitMs` after the first,
 * and not before the budget of the hour has room. In a hurry what waits leaves without the quiet, forced without the
 * budget too. Pure, so that every case is one row of a test.
 */
export function departureOf(facts: DepartureFacts): Departure {
  if (!facts.appEnabled) return { kind: 'disabled', at: null };
  if (!facts.setUp) return { kind: 'not-set-up', at: null };
  if (facts.paused) return { kind: 'paused', at: null };
  const hurry = facts.unannounced ? facts.hurry : null;
  const waits = facts.running || facts.waking !== null || hurry !== null;
  if (waits && (facts.askedNextAt ?? 0) > facts.now) return { kind: 'refused', at: facts.askedNextAt };
  if (facts.running) return { kind: 'running', at: null };
  if (!waits) return { kind: 'none', at: null };
  const quietAt = hurry ? 0 : quietEndsAt(facts);
  const budgetAt = hurry === 'force' ? 0 : roomInBudgetAt(facts);
  const at = Math.max(quietAt, budgetAt);
  if (at <= facts.now) return { kind: 'now', at: facts.now };
  return { kind: budgetAt > quietAt ? 'budget' : 'quiet', at };
}

function quietEndsAt({ waking, quietMs, maxWaitMs }: DepartureFacts): number {
  return waking ? Math.min(waking.lastAt + quietMs, waking.firstAt + maxWaitMs) : 0;
}

/** @returns when fewer than the budget's pushes lie within the last hour; 0 when that is so already */
function roomInBudgetAt({ now, pushesPerHour, departures }: DepartureFacts): number {
  if (pushesPerHour === 0) return 0;
  const recent = departures.filter((at) => at > now - BUDGET_WINDOW_MS);
  if (recent.length < pushesPerHour) return 0;
  return recent[recent.length - pushesPerHour] + BUDGET_WINDOW_MS;
}
