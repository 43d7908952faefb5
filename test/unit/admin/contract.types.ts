import { ACTS } from '../../../admin/sentences/acts';
import { ALARMS } from '../../../admin/sentences/alarms';
import { PAUSES } from '../../../admin/sentences/pauses';
import type { ActKind, AlarmCode, PauseCode } from '../../../server/admin-api/contract';
import type { Reason, REASONS } from '../../../server/apns/reasons';

/** Nothing here runs: it is the type check that fails when a code has no sentence, or can never occur. */

type Entry = (typeof PAUSES)[PauseCode];

// @ts-expect-error a pause that the panel has no sentence for
export const pauses: Record<PauseCode | 'brand-new', Entry> = PAUSES;
// @ts-expect-error an alarm that the panel has no sentence for
export const alarms: Record<AlarmCode | 'brand-new', Entry> = ALARMS;
// @ts-expect-error an act that the panel has no sentence for
export const acts: Record<ActKind | 'brand-new', (typeof ACTS)[ActKind]> = ACTS;

/** Apple's reasons that stop a lane. `reauth` is told as the clock, and the others are about a device or a connection. */
type Stopping = { [R in Reason]: (typeof REASONS)[R]['class'] extends 'stop' | 'fix' ? R : never }[Reason];
type Ours =
  | 'administrator'
  | 'fingerprint'
  | 'no-credential'
  | 'guard'
  | 'guard-first'
  | 'guard-gone'
  | 'clock'
  | 'foreign-answer';
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

export const everyReason: Same<PauseCode, Stopping | Ours> = true;
