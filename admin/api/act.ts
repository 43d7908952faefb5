import { useCallback } from 'react';
import { useAPIErrorHandler, useNotification } from '@strapi/strapi/admin';

/** Messages by the name of the field they concern. */
export type FieldErrors = Record<string, string>;

interface Options {
  /** What to say when it worked. */
  done?: string;
  /** The fields a form shows. What the server says of them goes to `onFieldErrors`, not into a notification. */
  fields?: readonly string[];
  onFieldErrors?: (errors: FieldErrors) => void;
}

/**
 * Runs one change on the server and says how it went.
 *
 * @returns a function that resolves to the server's answer, or to `undefined` when the server refused; it never rejects.
 */
export function useAct(): <T>(change: () => Promise<T>, options?: Options) => Promise<T | undefined> {
  const { toggleNotification } = useNotification();
  const { _unstableFormatAPIError: formatError } = useAPIErrorHandler();

  return useCallback(
    async (change, { done, fields = [], onFieldErrors } = {}) => {
      try {
        const answer = await change();
        if (done) toggleNotification({ type: 'success', message: done });
        return answer;
      } catch (error) {
        const { shown, rest } = splitErrors(error, fields);
        onFieldErrors?.(shown);
        if (Object.keys(shown).length === 0 || rest) {
          toggleNotification({
            type: 'danger',
            message: rest ?? formatError(error as Parameters<typeof formatError>[0]),
          });
        }
        return undefined;
      }
    },
    [formatError, toggleNotification],
  );
}

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
