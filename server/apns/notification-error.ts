/** Which rule a notification breaks. */
export type NotificationRule =
  'topic' | 'expiration' | 'reserved-key' | 'dangerous-key' | 'not-json' | 'too-deep' | 'payload-too-large';

/** Thrown when a notification would break a rule of Apple's or of ours; the message names it for people. */
export class NotificationError extends Error {
  override readonly name = 'NotificationError';

  constructor(
    readonly rule: NotificationRule,
    message: string,
  ) {
    super(message);
  }
}

/** Thrown when it is the payload that breaks a rule. */
export class PayloadError extends NotificationError {
  constructor(
    rule: NotificationRule,
    /** What is wrong, without its subject ("must be …"), for whoever knows a better name than "the payload". */
    readonly problem: string,
  ) {
    super(rule, `The payload ${problem}.`);
  }
}
