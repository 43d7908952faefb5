import type { Pause } from '../admin-api/contract';

/**
 * A lane whose pushes APNs refuses for what all of them share (key, topic), or for which something else than APNs
 * answers, is on probation: nothing is sent but a probe now and then, at growing waits, by one process at a time. Apple
 * is known to refuse good keys now and then, and for up to an hour (apnotic#109), so one refusal means nothing yet. It is
 * kept in the lane's row, so that every process and every restart keeps to it.
 */
export interface Probation {
  /** The latest refusal: Apple's reason, or a word of ours. */
  code: string;
  status: number;
  /** What came, where it was no answer of APNs. */
  answer?: string;
  /** When APNs first refused. */
  since: number;
  /** Probes taken since then: the waits grow with them. */
  probes: number;
  /** How many of them were refused in a row. */
  refused: number;
  /** When the last probe was taken, also of an earlier probation: however short they are, probes keep their distance. */
  askedAt: number | null;
  /** When the next probe may be taken; null: it is over. */
  nextAt: number | null;
  /** When it was over; null: it never was. */
  overAt: number | null;
}

export type LaneRefusal = Pick<Probation, 'code' | 'status' | 'answer'>;

/** After so many refused probes in a row a person is asked to look: the lane counts as paused, and is probed on. */
const REFUSED_TO_PAUSE = 5;
const LONGEST_WAIT_MS = 3_600_000;
/** A refusal so long after the last probation has nothing to do with it. */
const CALM_MS = 900_000;

export interface ProbationTimes {
  now: number;
  /** The first wait; each is twice as long as the one before. */
  firstMs: number;
}

export function parseProbation(stored: string | null): Probation | null {
  return stored === null ? null : (JSON.parse(stored) as Probation);
}

/** When the lane is asked next; null: it is not on probation. */
export function askedNextAt(probation: Probation | null): number | null {
  return probation?.nextAt ?? null;
}

/** The probe that the lane is at; null: it is not on probation. */
export function currentProbe(probation: Probation | null): number | null {
  return probation !== null && probation.nextAt !== null ? probation.probes : null;
}

/** Whether APNs has refused so often that the lane is to be paused. */
export function isHopeless({ refused }: Probation): boolean {
  return refused >= REFUSED_TO_PAUSE;
}

/** Whether a lane that is paused so may be probed all the same: only what APNs did to it stands in its way. */
export function mayBeAsked(pauses: readonly Pause[], probation: Probation | null): boolean {
  return pauses.length === 0 || (askedNextAt(probation) !== null && pauses.every(({ cause }) => cause === 'fatal'));
}

/**
 * APNs refused.
 *
 * @param probe the probe that it refused; null: the lane was not on probation, as far as the sender knew
 * @param steady so much was accepted since the last probation that this is a new affair
 */
export function afterRefusal(
  known: Probation | null,
  refusal: LaneRefusal,
  { now, firstMs, probe, steady }: ProbationTimes & { probe: number | null; steady: boolean },
): Probation {
  if (known !== null && known.nextAt !== null) {
    // What was on its way when it began, or a probe that took too long, tells nothing new.
    if (probe !== known.probes) return known;
    return { ...known, ...refusal, refused: known.refused + 1, nextAt: nextAfter(known, now, firstMs) };
  }
  const isNew = known === null || steady || now - (known.overAt ?? 0) >= CALM_MS;
  const begun: Probation = {
    ...refusal,
    since: isNew ? now : known.since,
    probes: isNew ? 0 : known.probes,
    refused: 0,
    askedAt: known?.askedAt ?? null,
    nextAt: null,
    overAt: null,
  };
  return { ...begun, nextAt: nextAfter(begun, now, firstMs) };
}

/** A process takes the next probe. It has `atLeastMs` to tell what came of it, before another may ask. */
export function afterTaking(
  known: Probation,
  { now, firstMs, atLeastMs }: ProbationTimes & { atLeastMs: number },
): Probation {
  const probes = known.probes + 1;
  return { ...known, probes, askedAt: now, nextAt: now + Math.max(waitMs(probes, firstMs), atLeastMs) };
}

/** APNs answered a probe as it should. How it went is remembered, in case that it refuses again. */
export function afterGoodAnswer(known: Probation, now: number): Probation {
  return { ...known, refused: 0, nextAt: null, overAt: now };
}

/** At once, unless it was asked a moment ago. */
function nextAfter({ askedAt, probes }: Probation, now: number, firstMs: number): number {
  return askedAt === null ? now : Math.max(now, askedAt + waitMs(Math.max(1, probes), firstMs));
}

function waitMs(probes: number, firstMs: number): number {
  return Math.min(firstMs * 2 ** (probes - 1), LONGEST_WAIT_MS);
}
