/** Messages by the name of the field they concern. */
export type FieldErrors = Record<string, string>;

interface NamedError {
  path: string;
  message: string;
}

/**
 * Parts what the server says of the given fields from the rest. `rest` is absent when there is nothing else to say,
 * or when the answer names no field at all.
 */
export function splitErrors(error: unknown, fields: readonly string[]): { shown: FieldErrors; rest?: string } {
  const named = namedErrors(error);
  const shown: FieldErrors = {};
  const rest: string[] = [];
  for (const { path, message } of named) {
    if (fields.includes(path)) shown[path] ??= message;
    else rest.push(path ? `${path}: ${message}` : message);
  }
  return rest.length > 0 ? { shown, rest: rest.join('\n') } : { shown };
}

/** Reads `details.errors[].path[0]` of Strapi's error shape. */
function namedErrors(error: unknown): NamedError[] {
  const list = property(property(error, 'details'), 'errors');
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown) => {
    const path: unknown = property(entry, 'path');
    const message = property(entry, 'message');
    if (typeof message !== 'string') return [];
    return [{ path: Array.isArray(path) && path.length > 0 ? String(path[0]) : '', message }];
  });
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
