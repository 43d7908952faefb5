import { type z } from '@strapi/utils';

export interface FieldError {
  path: (string | number)[];
  message: string;
  name: 'ValidationError';
}

/** The request is not of the form its route asks for; names every wrong field. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';

  constructor(readonly errors: FieldError[]) {
    super(errors.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message)).join(' '));
  }
}

/** @throws InvalidRequest */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InvalidRequest(parsed.error.issues.flatMap(toFieldErrors));
}

function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code !== 'unrecognized_keys') return [fieldError(path, issue.message)];
  return issue.keys.map((key) => fieldError([...path, key], 'is not a field of this request.'));
}

export function fieldError(path: (string | number)[], message: string): FieldError {
  return { path, message, name: 'ValidationError' };
}
