import type { Counters } from '../../server/admin-api/contract';
import type { TextKey } from '../text';

export type CounterKind = Exclude<keyof Counters, 'met'>;

type Colour =
  | 'success500'
  | 'danger500'
  | 'warning500'
  | 'secondary500'
  | 'alternative500'
  | 'neutral400'
  | 'neutral500'
  | 'primary200';

/** How a part of a bar is drawn, so that it can be told without colours. */
export type Pattern = 'plain' | 'stripes' | 'dots';

export interface CounterLook {
  kind: CounterKind;
  /** “12 accepted”. */
  count: TextKey;
  meaning: TextKey;
  colour: Colour;
  pattern: Pattern;
}

/** Every way a device of a push may have ended, in the order of bars and lists. Together they are all that were met. */
export const COUNTER_KINDS: readonly CounterLook[] = [
  look('accepted', 'success500', 'plain'),
  look('rejected', 'danger500', 'stripes'),
  look('unknown', 'warning500', 'dots'),
  look('expired', 'neutral500', 'stripes'),
  look('cancelled', 'neutral400', 'plain'),
  look('superseded', 'secondary500', 'plain'),
  look('removed', 'alternative500', 'dots'),
  look('waiting', 'primary200', 'plain'),
];

function look(kind: CounterKind, colour: Colour, pattern: Pattern): CounterLook {
  return { kind, colour, pattern, count: `count.${kind}`, meaning: `meaning.${kind}` };
}

/** Those that a push really has, and `accepted` in any case. */
export function presentKinds(counters: Counters): CounterLook[] {
  return COUNTER_KINDS.filter(({ kind }) => kind === 'accepted' || counters[kind] > 0);
}
