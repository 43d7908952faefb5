/** Keys of the payload that are the plugin's own. */
export const RESERVED_KEYS = ['aps', 'content'] as const;

export type CustomKeysProblem = { code: 'not-json' | 'not-an-object' } | { code: 'reserved'; key: string };

export type CustomKeysReading = { keys: Record<string, unknown> } | { problem: CustomKeysProblem };

/** Reads what was typed as an app's custom keys: a JSON object, or nothing at all. What else is refused is the server's to say. */
export function readCustomKeys(typed: string): CustomKeysReading {
  if (typed.trim() === '') return { keys: {} };
  let value: unknown;
  try {
    value = JSON.parse(typed);
  } catch {
    return { problem: { code: 'not-json' } };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { problem: { code: 'not-an-object' } };
  }
  const reserved = RESERVED_KEYS.find((key) => Object.hasOwn(value, key));
  if (reserved) return { problem: { code: 'reserved', key: reserved } };
  return { keys: value as Record<string, unknown> };
}

/** As it is shown for editing; nothing where there are none. */
export function writeCustomKeys(keys: Record<string, unknown>): string {
  return Object.keys(keys).length === 0 ? '' : JSON.stringify(keys, null, 2);
}
