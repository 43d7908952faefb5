import type { z } from '@strapi/utils';

/** One wrong field, as Strapi's own validation errors look. An empty path: the request as a whole. */
export interface FieldError {
  path: string[];
  /** For programs. */
  code: string;
  message: string;
  name: 'ValidationError';
}

export type Parsed<Value> = { ok: true; value: Value } | { ok: false; errors: FieldError[] };

/** How an API words what a schema says; `rule` completes a sentence that begins with the field's name. */
export interface Wording {
  /** For a field that there is none of. */
  unknown: string;
  /** For what is no object at all; default: what the schema says. */
  whole?: string;
  sentence(path: string[], rule: string): string;
}

/** @param code for programs; default: the value is wrong in itself */
export const fieldError = (path: string[], message: string, code = 'invalid'): FieldError => ({
  path,
  code,
  message,
  name: 'ValidationError',
});

/** An error of the request as a whole. */
export const wholeError = (code: string, message: string): { errors: FieldError[] } => ({
  errors: [fieldError([], message, code)],
});

/** By `safeParse` and not by Strapi's own wrapper, whose error class is another one where `@strapi/utils` is there twice. */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  wording: Wording,
): Parsed<z.infer<Schema>> {
  const result = schema.safeParse(input);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, errors: result.error.issues.flatMap((issue) => fieldErrorsOf(issue, wording)) };
}

function fieldErrorsOf(issue: z.core.$ZodIssue, { unknown, whole, sentence }: Wording): FieldError[] {
  const path = issue.path.map(String);
  const said = (where: string[], rule: string, code?: string) => fieldError(where, sentence(where, rule), code);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => said([...path, key], unknown, 'unknown-field'));
  return [said(path, path.length === 0 ? (whole ?? issue.message) : issue.message)];
}
