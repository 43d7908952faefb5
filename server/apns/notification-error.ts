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
