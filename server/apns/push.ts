import type { Notification } from './notification';
import type { Outcome } from './outcome';

/**
 * One push to one device, as the caller hands it over. The object itself comes back with its outcome, so a caller
 * that keeps its own fields on it needs no closure and no promise per push.
 */
export interface Push {
  readonly notification: Notification;
  /** Lower-case hex. */
  readonly token: string;
  /** Lower-case UUID; the same for every attempt at the same device in the same push. */
  readonly apnsId: string;
  /** Called exactly once, never from inside `send`. Must not throw. */
  settle(outcome: Outcome): void;
}
