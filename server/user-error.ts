export type UserErrorStatus = 400 | 404 | 409;

/**
 * What a person asked for cannot be done, and the message says why. Domain rooms throw it, controllers turn it into
 * an answer; anything else that is thrown is a fault of ours and becomes a 500.
 */
export class UserError extends Error {
  override readonly name = 'UserError';

  /**
   * @param status 400: something in the request is wrong · 404: no such thing · 409: not in the present state
   * @param message a sentence for people; never a secret
   * @param field the field of the request that is wrong
   * @param details facts for programs, answered beside the message
   */
  constructor(
    readonly status: UserErrorStatus,
    message: string,
    readonly field?: string,
    readonly details?: Readonly<Record<string, number>>,
  ) {
    super(message);
  }
}

/** One property alone decides, so that an error thrown by another copy of this module is recognised too. */
export function isUserError(error: unknown): error is UserError {
  return error instanceof Error && error.name === 'UserError';
}
