import type { Counters } from '../../server/admin-api/contract';

/** What was known at one poll. Times in ms by the server's clock. */
export interface Sample {
  at: number;
  answered: number;
}

export interface Pace {
  perSecond: number;
  /** Null: it cannot be told, because nothing moved. */
  msLeft: number | null;
}

/** Long enough to smooth settlements, which come about once a second; short enough to follow a change. */
const WINDOW_MS = 15_000;

/** Devices of a push that need no further attempt: all it met but those that wait for a retry. */
export function answeredOf(counters: Counters): number {
  return counters.met - counters.waiting;
}

/** Adds a poll's sample to those of the last seconds. The same list comes back when the sample is not newer. */
export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1);
  if (last && sample.at <= last.at) return samples;
  return [...samples.filter(({ at }) => sample.at - at <= WINDOW_MS), sample];
}

/** Rate and time left from the samples kept; null until there are two. */
export function paceOf(samples: readonly Sample[], estimated: number): Pace | null {
  const first = samples.at(0);
  const last = samples.at(-1);
  if (!first || !last || last.at <= first.at) return null;
  const perSecond = (Math.max(0, last.answered - first.answered) * 1_000) / (last.at - first.at);
  const left = Math.max(0, estimated - last.answered);
  return { perSecond, msLeft: perSecond > 0 ? (left / perSecond) * 1_000 : null };
}
