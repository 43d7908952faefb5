/** Up to so many devices each is asked what it holds. */
export const ALL_UP_TO = 10_000;
/** Of more, so many; reports of a million devices would be a herd of their own. */
const SAMPLE = 0.01;

/**
 * Which share of a lane's devices is asked to say what they hold.
 *
 * @param setting `feed.reportShare`; null: by the number of devices
 */
export function reportShareOf(setting: number | null, devices: number): number {
  return toFourDigits(setting ?? (devices > ALL_UP_TO ? SAMPLE : 1));
}

/** So that it is short in a payload; the least share stays one. */
const toFourDigits = (share: number) => Math.ceil(share * 1e4) / 1e4;

const DIGITS = 8;

/**
 * The sample is always the same devices: those whose id, a random UUID, is below this text. So the few that are asked
 * answer for the many, and the database finds them by the index of the ids. Apps decide by the same rule
 * (`docs/app-developers.md`): the first eight digits of the id, as a number, divided by 2³².
 *
 * @returns null where all are asked
 */
export function sampleBelow(share: number): string | null {
  return share >= 1
    ? null
    : Math.ceil(share * 16 ** DIGITS)
        .toString(16)
        .padStart(DIGITS, '0');
}
