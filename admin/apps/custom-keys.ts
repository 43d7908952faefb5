export type CustomKeysProblem = 'not-json' | 'not-an-object';

export type CustomKeysReading = { keys: Record<string, unknown> } | { problem: CustomKeysProblem };

/** Reads what was typed as an app's custom keys: a JSON object, or nothing at all. What else is refused is the server's to say. */
export function readCustomKeys(typed: string): CustomKeysReading {
  if (typed.trim() === '') return { keys: {} };
  let value: unknown;
  try {
    value = JSON.parse(typed);
  } catch {
    return { problem: 'not-json' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { problem: 'not-an-object' };
  }
  return { keys: value as Record<string, unknown> };
}

/** As it is shown for editing; nothing where there are none. */
export function writeCustomKeys(keys: Record<string, unknown>): string {
  return Object.keys(keys).length === 0 ? '' : JSON.stringify(keys, null, 2);
}
