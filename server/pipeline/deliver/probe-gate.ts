import { ruleOfRefusal, type Outcome, type ReasonClass } from '../../apns';

/**
 * What a run may send that probes its lane: one push at a time, a handful in all, until APNs answers one of them as it
 * should.
 */
export interface ProbeGate {
  /** How many pushes may be in flight now. */
  allowance(): number;
  sent(): void;
  /** To be called with each answer. */
  answered(outcome: Outcome): void;
}

/** Of a probe: more than one, because one may be lost on its way, or meet a busy device. */
const MOST_SENDS = 5;

/** Answers about the device: APNs has nothing against the lane. */
const GOOD: ReadonlySet<ReasonClass> = new Set(['retire', 'suspect', 'record']);

/** @param onGood called once, when a push was answered as it should */
export function createProbeGate(onGood: () => void): ProbeGate {
  let sends = 0;
  let good = false;
  return {
    allowance: () => (sends < MOST_SENDS ? 1 : 0),
    sent: () => void sends++,
    answered(outcome) {
      if (good || !isGood(outcome)) return;
      good = true;
      onGood();
    },
  };
}

function isGood(outcome: Outcome): boolean {
  if (outcome.kind === 'accepted') return true;
  return outcome.kind === 'rejected' && GOOD.has(ruleOfRefusal(outcome).class);
}
