import type { HoldCause } from '../../admin-api/contract';

/**
 * Whether a lane may send, by its latest answers: `closed` lets everything through; `open` holds all back until a
 * time; `half-open` lets one push through and closes when it is answered well. It is asked for each device, and looks at
 * the clock only while the lane is held back.
 */
export interface LaneHealth {
  /** How many pushes may be in flight now. */
  allowance(): number;
  /** Until when nothing may be sent, and why; null while it is not held back. */
  held(): Hold | null;
  answered(good: boolean): void;
  /** Holds everything back for so long, whatever the answers. */
  hold(ms: number, cause: HoldCause): void;
}

export interface Hold {
  until: number;
  cause: HoldCause;
}

const WINDOW = 100;
const MOST_BAD = 20;
const LONGEST_MS = 900_000;

export interface LaneHealthOptions {
  now: () => number;
  /** The first hold; each is twice as long as the one before. */
  firstMs: number;
  /** Between 0 and 1: processes must not all probe at the same moment. */
  random: () => number;
}

export function createLaneHealth({ now, firstMs, random }: LaneHealthOptions): LaneHealth {
  /** The latest answers, 1 for a bad one, in a ring. */
  const answers = new Uint8Array(WINDOW);
  let next = 0;
  let bad = 0;
  let trips = 0;
  /** Null: closed. A time in the past: half-open. */
  let until: number | null = null;
  let cause: HoldCause = 'server-errors';

  function open(ms: number, why: HoldCause): void {
    cause = why;
    until = Math.round(now() + ms * (1 + random() / 4));
    answers.fill(0);
    bad = 0;
  }

  return {
    allowance: () => (until === null ? Number.POSITIVE_INFINITY : now() < until ? 0 : 1),
    held: () => (until !== null && now() < until ? { until, cause } : null),
    answered(good) {
      if (until !== null) {
        // Late answers of before the hold say nothing; the probe's does.
        if (now() < until) return;
        if (good) {
          until = null;
          trips = 0;
        } else {
          open(Math.min(firstMs * 2 ** trips++, LONGEST_MS), 'server-errors');
        }
        return;
      }
      bad += (good ? 0 : 1) - answers[next];
      answers[next] = good ? 0 : 1;
      next = (next + 1) % WINDOW;
      if (bad >= MOST_BAD) open(Math.min(firstMs * 2 ** trips++, LONGEST_MS), 'server-errors');
    },
    hold(ms, why) {
      if (until === null || until < now() + ms) open(ms, why);
    },
  };
}
