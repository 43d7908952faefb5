/** The longest language tag that RFC 5646 §4.4.1 tells an implementation to allow for. */
export const MAX_LOCALE_LENGTH = 35;

/** In either case: lower case first would turn some signs of other scripts into ASCII letters. */
const LANGUAGE_TAG = /^[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*$/;
/** No other white space: a line break is no slip of the pen. */
const SPACES_AROUND = /^ +| +$/g;

/**
 * A locale as it is stored and compared: BCP 47, lower case, `-` between its parts (Apple's `en_US` is `en-us`).
 *
 * @returns null when it is no language tag
 */
export function normalizeLocale(text: string): string | null {
  const locale = text.replace(SPACES_AROUND, '').replaceAll('_', '-');
  return locale.length <= MAX_LOCALE_LENGTH && LANGUAGE_TAG.test(locale) ? locale.toLowerCase() : null;
}
