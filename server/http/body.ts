import { wholeError, type FieldError } from './field-errors';
import { isDeeperThan } from './json-depth';
import { exceedsJsonBytes } from './json-size';

/** What of a request is looked at here; Strapi has parsed the body by now. */
export interface BodyContext {
  request: { body?: unknown; length?: number };
  /** Koa's: null without a body, false for another type. */
  is(type: string): string | false | null;
}

/** Why a body is not even read: the method of Strapi's context that answers so, with what it is told. */
export interface BodyFault {
  answer: 'badRequest' | 'payloadTooLarge' | 'unsupportedMediaType';
  message: string;
  details: { errors: FieldError[] };
}

/** @returns null when the body is JSON of a size that its API takes, or when there is none */
export function bodyFault(
  ctx: BodyContext,
  { maxBytes, maxDepth }: { maxBytes: number; maxDepth?: number },
): BodyFault | null {
  const { body, length } = ctx.request;
  if (maxDepth !== undefined && isDeeperThan(body, maxDepth))
    return fault(
      'badRequest',
      'body-too-deep',
      `The lists and objects of a body may lie ${maxDepth} deep in one another.`,
    );
  // A chunked body has no length in its header; what has one may be too deep to be measured otherwise.
  if ((length ?? 0) > maxBytes || exceedsJsonBytes(body, maxBytes))
    return fault('payloadTooLarge', 'body-too-large', `The body must be at most ${maxBytes} bytes.`);
  // `false`: there is a body, and it is something else. A length of 0 would count as one.
  if (length !== 0 && ctx.is('json') === false)
    return fault(
      'unsupportedMediaType',
      'not-json',
      'Send the body as JSON, with the header content-type: application/json.',
    );
  return null;
}

const fault = (answer: BodyFault['answer'], code: string, message: string): BodyFault => ({
  answer,
  message,
  details: wholeError(code, message),
});
