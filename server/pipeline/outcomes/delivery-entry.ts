import type { Notification, Outcome, Push } from '../../apns';
import type { DeviceRow, RetryRow } from '../../store/tables';
import type { Attempt, Decision } from './decide';

/** What is read of a device to send to it. */
export type DeviceToSend = Pick<DeviceRow, 'id' | 'token' | 'accepted' | 'refusals' | 'gone_at'>;

/** What is read of a retry; without a device, its device is gone or has another token. */
export type RetryToSend = Pick<RetryRow, 'id' | 'attempts' | 'cause'>;

/**
 * One device of a shard on its way: the push that is handed to the sender, and what was decided about it. It is its own
 * callback, so that a million devices need no closure and no promise each.
 */
export class DeliveryEntry implements Push, Attempt {
  /** Null while no answer was decided about. */
  decision: Decision | null = null;
  sentAt = 0;
  immediate = 0;

  constructor(
    readonly notification: Notification,
    readonly apnsId: string,
    readonly device: DeviceToSend,
    readonly retry: RetryToSend | null,
    private readonly answered: (entry: DeliveryEntry, outcome: Outcome) => void,
  ) {}

  get token(): string {
    return this.device.token;
  }

  get cause() {
    return this.retry?.cause ?? null;
  }

  get attempts(): number {
    return this.retry?.attempts ?? 0;
  }

  settle(outcome: Outcome): void {
    this.answered(this, outcome);
  }
}
