import type { Outcome } from './outcome';

/** What became of the pushes of a client since it was made. */
export interface PushCounts {
  /** Requests handed to a connection; again for each push that the client itself sends again. */
  sent: number;
  accepted: number;
  rejected: number;
  /** Refusals by Apple's reason; `http-<status>` where the answer held none. */
  rejectedBy: Readonly<Record<string, number>>;
  unsent: number;
  unknown: number;
}

/** A server that makes reasons up must not fill the memory. */
const MOST_REASONS = 100;
const OTHERS = 'others';

/** Counts outcomes; cheap enough for each push. */
export class Counter {
  sent = 0;
  private accepted = 0;
  private rejected = 0;
  private unsent = 0;
  private unknown = 0;
  private readonly reasons = new Map<string, number>();

  count(outcome: Outcome): void {
    if (outcome.kind !== 'rejected') {
      this[outcome.kind]++;
      return;
    }
    this.rejected++;
    const reason = outcome.reason || `http-${outcome.status}`;
    const name = this.reasons.has(reason) || this.reasons.size < MOST_REASONS ? reason : OTHERS;
    this.reasons.set(name, (this.reasons.get(name) ?? 0) + 1);
  }

  snapshot(): PushCounts {
    const { sent, accepted, rejected, unsent, unknown, reasons } = this;
    return { sent, accepted, rejected, rejectedBy: Object.fromEntries(reasons), unsent, unknown };
  }
}
