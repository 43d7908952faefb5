import type { z } from '@strapi/utils';
import { check, type FieldError, type Wording } from '../http/field-errors';

/** The panel shows a message beside its field, which need not be named once more. */
const WORDING: Wording = { unknown: 'is not a field of this request.', sentence: (_, rule) => rule };

/** The request is not of the form its route asks for; names every wrong field. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';

  constructor(readonly errors: FieldError[]) {
    super(errors.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message)).join(' '));
  }
}

/** @throws InvalidRequest */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const parsed = check(schema, value, WORDING);
  if (parsed.ok) return parsed.value;
  throw new InvalidRequest(parsed.errors);
}
