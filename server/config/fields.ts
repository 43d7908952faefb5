import { z } from '@strapi/utils';
import { isName, nameRule } from '../name-rule';

/**
 * Building blocks of the configuration's schema. Each makes one issue per wrong value, whose message completes the
 * sentence "config.coalesce.quietMs (-1) …".
 */

/** An object that knows all its settings; an unknown one is refused by name. */
export function settings<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `is not a setting; known here: ${Object.keys(shape).join(', ')}`
        : 'must be an object',
  });
}

export function list<Item extends z.ZodType>(item: Item) {
  return z.array(item, { error: 'must be a list' });
}

export function whole(min: number, max: number) {
  return z.custom<number>((value) => isWhole(value, min, max), {
    error: `must be a whole number from ${min} to ${max}`,
  });
}

/** @param meaning what null stands for */
export function wholeOrNull(min: number, max: number, meaning: string) {
  return z.custom<number | null>((value) => value === null || isWhole(value, min, max), {
    error: `must be a whole number from ${min} to ${max}, or null (${meaning})`,
  });
}

export function shareOrNull() {
  return z.custom<number | null>((value) => value === null || (typeof value === 'number' && value >= 0 && value <= 1), {
    error: 'must be a number from 0 to 1, or null (by the number of devices)',
  });
}

function isWhole(value: unknown, min: number, max: number): boolean {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
}

export function flag() {
  return z.custom<boolean>((value) => typeof value === 'boolean', { error: 'must be true or false' });
}

/** A name of something, which is shown and logged. */
export function name(maxLength: number) {
  return z.custom<string>((value) => typeof value === 'string' && isName(value, maxLength), {
    error: `must be ${nameRule(maxLength)}`,
  });
}

export function oneOf<const Value extends string>(values: readonly Value[]) {
  return z.custom<Value>((value) => values.includes(value as Value), { error: `must be ${quoted(values)}` });
}

/** A text that `read` turns into what it stands for; its error's message completes the sentence. */
export function read<Value>(missing: string, reader: (value: string) => Value) {
  return z
    .custom<string>((value) => typeof value === 'string' && value.trim() !== '', { error: missing })
    .transform((value, context): Value => {
      try {
        return reader(value);
      } catch (error) {
        context.issues.push({ code: 'custom', message: (error as Error).message, input: value });
        return z.NEVER;
      }
    });
}

function quoted(values: readonly string[]): string {
  const names = values.map((value) => `'${value}'`);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
