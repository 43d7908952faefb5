/** The longest language tag that RFC 5646 §4.4.1 tells an implementation to allow for. */
export const MAX_LOCALE_LENGTH = 35;

const LANGUAGE_TAG = /^[a-z]{1,8}(?:-[a-z0-9]{1,8})*$/;

/**
 * A locale as it is stored and compared: BCP 47, lower case, `-` between its parts (Apple's `en_US` is `en-us`).
 *
 * @returns null when it is no language tag
 */
export function normalizeLocale(text: string): string | null {
  const locale = text.trim().replaceAll('_', '-').toLowerCase();
  return locale.length <= MAX_LOCALE_LENGTH && LANGUAGE_TAG.test(locale) ? locale : null;
}
