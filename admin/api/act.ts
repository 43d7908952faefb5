import { useCallback } from 'react';
import { useAPIErrorHandler, useNotification } from '@strapi/strapi/admin';
import { splitErrors, type FieldErrors } from './field-errors';

interface Options<T> {
  /** What to say when it worked. */
  done?: string | ((answer: T) => string);
  /** The fields a form shows. What the server says of them goes to `onFieldErrors`, not into a notification. */
  fields?: readonly string[];
  onFieldErrors?: (errors: FieldErrors) => void;
}

/**
 * Runs one change on the server and says how it went.
 *
 * @returns a function that resolves to the server's answer, or to `undefined` when the server refused; it never rejects.
 */
export function useAct(): <T>(change: () => Promise<T>, options?: Options<T>) => Promise<T | undefined> {
  const { toggleNotification } = useNotification();
  const { _unstableFormatAPIError: formatError } = useAPIErrorHandler();

  return useCallback(
    async (change, { done, fields = [], onFieldErrors } = {}) => {
      try {
        const answer = await change();
        if (done) toggleNotification({ type: 'success', message: typeof done === 'function' ? done(answer) : done });
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
