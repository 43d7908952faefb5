/**
 * What no text may hold that people give to something and that is shown, or written to a log, as one line: control
 * characters and line ends would forge a second line; overrides, embeddings and isolates of the writing direction make
 * a text read as another; half a surrogate pair is no character. Joiners and direction marks stay: names need them.
 */
const FORBIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202A-\u202E\u2066-\u2069]/u;
const ALL_FORBIDDEN = new RegExp(FORBIDDEN.source, 'gu');
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Whether a text can be the name of something: one line that can be seen, of at most `maxLength` UTF-16 units. */
export function isName(text: string, maxLength: number): boolean {
  return text.length <= maxLength && VISIBLE.test(text) && !FORBIDDEN.test(text);
}

/** Completes "… must be". */
export const nameRule = (maxLength: number): string =>
  `a text of 1 to ${maxLength} characters on one line, without control characters and without characters that turn the writing direction`;

/** A text as one line that reads as what it is, for a log: whatever no name may hold becomes a space. */
export function oneLine(text: string): string {
  return text.replace(ALL_FORBIDDEN, ' ');
}
