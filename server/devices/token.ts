import { createHash } from 'node:crypto';

/** APNs tokens have no fixed size (64, 108 and 160 digits were seen), so only nonsense is outside of these bounds. */
export const TOKEN_DIGITS = { min: 16, max: 512 } as const;

const HEX = /^(?:[0-9a-f]{2})+$/;

/**
 * A device token as it is stored: lower-case hex.
 *
 * @param text what an app sent; `<`, `>` and white space (the description of an `NSData`) are dropped
 * @returns null when it is not hex of an even length within `TOKEN_DIGITS`
 */
export function normalizeToken(text: string): string | null {
  const token = text.replace(/[<>\s]/g, '').toLowerCase();
  return isDeviceToken(token) ? token : null;
}

/** Whether a text is a device token in its stored form. */
export function isDeviceToken(text: string): boolean {
  return text.length >= TOKEN_DIGITS.min && text.length <= TOKEN_DIGITS.max && HEX.test(text);
}

/** SHA-256 of a stored token, hex: one width for every token, so that it can be unique in a lane on every database. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** How many digits of a token may be shown; with a whole token others could re-register the device. */
export const TOKEN_TAIL_DIGITS = 6;

/** All that may be shown of a token: its last six digits. */
export function tokenTail(token: string): string {
  return token.slice(-TOKEN_TAIL_DIGITS);
}
