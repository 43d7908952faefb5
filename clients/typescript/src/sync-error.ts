/**
 * Why nothing, or not all, came.
 *
 * - `unreachable`: no answer, or not in time
 * - `busy`: the server asks to come again later (429, 503, another 5xx)
 * - `refused`: the server will not answer this, however often it is asked (4xx); `status` and `code` say why
 * - `unreadable`: an answer that is not the server's: a redirect, a page of HTML, JSON of another form
 * - `out-of-time`: the time that the system gives is over; what came until then is kept
 * - `storage`: what the app stores could not be read or written; `cause` says why
 */
export type SyncErrorKind = 'unreachable' | 'busy' | 'refused' | 'unreadable' | 'out-of-time' | 'storage';

export class SyncError extends Error {
  override readonly name = 'SyncError';
  readonly kind: SyncErrorKind;
  readonly status: number | null;
  /** As the server names it, such as `unknown-device`. */
  readonly code: string | null;
  /** Seconds, as the server said. */
  readonly retryAfter: number | null;

  constructor(
    kind: SyncErrorKind,
    message: string,
    {
      status = null,
      code = null,
      retryAfter = null,
      cause,
    }: { status?: number | null; code?: string | null; retryAfter?: number | null; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.kind = kind;
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}
