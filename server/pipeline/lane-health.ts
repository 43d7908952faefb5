/**
 * Whether a lane may send, by its latest answers: `closed` lets everything through; `open` holds all back until a
 * time; `half-open` lets one push through and closes when it is answered well. It is asked for each device, and looks at
 * the clock only while the lane is held back.
 */
export interface LaneHealth {
  /** How many pushes may be in flight now. */
  allowance(): number;
  /** When it may try again; null while it is not held back. */
  heldUntil(): number | null;
  answered(good: boolean): void;
  /** Holds everything back for so long, whatever the answers. */
  hold(ms: number): void;
}

const WINDOW = 100;
const MOST_BAD = 20;
const FIRST_MS = 15_000;
const LONGEST_MS = 900_000;

export interface LaneHealthOptions {
  now: () => number;
  /** Between 0 and 1: processes must not all probe at the same moment. */
  random: () => number;
}

export function createLaneHealth({ now, random }: LaneHealthOptions): LaneHealth {
  /** The latest answers, 1 for a bad one, in a ring. */
  const answers = new Uint8Array(WINDOW);
  let next = 0;
  let bad = 0;
  let trips = 0;
  /** Null: closed. A time in the past: half-open. */
  let until: number | null = null;

  function open(ms: number): void {
    until = Math.round(now() + ms * (1 + random() / 4));
    answers.fill(0);
    bad = 0;
  }

  return {
    allowance: () => (until === null ? Number.POSITIVE_INFINITY : now() < until ? 0 : 1),
    heldUntil: () => (until !== null && now() < until ? until : null),
    answered(good) {
      if (until !== null) {
        // Late answers of before the hold say nothing; the probe's does.
        if (now() < until) return;
        if (good) {
          until = null;
          trips = 0;
        } else {
          open(Math.min(FIRST_MS * 2 ** trips++, LONGEST_MS));
        }
        return;
      }
      bad += (good ? 0 : 1) - answers[next];
      answers[next] = good ? 0 : 1;
      next = (next + 1) % WINDOW;
      if (bad >= MOST_BAD) open(Math.min(FIRST_MS * 2 ** trips++, LONGEST_MS));
    },
    hold(ms) {
      if (until === null || until < now() + ms) open(ms);
    },
  };
}
