/** Apple: letters, digits, hyphens and periods. */
const BUNDLE_ID = /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/;
const MAX_LENGTH = 155;

export function isBundleId(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_LENGTH && BUNDLE_ID.test(value);
}

/** Completes "… must be". */
export const BUNDLE_ID_RULE =
  'a bundle id: letters, digits, hyphens and single periods between them, at most 155 characters, such as com.example.news';
