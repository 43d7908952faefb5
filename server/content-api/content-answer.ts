import type { ContentAnswer } from '../content';
import { fieldError, wholeError } from '../http/field-errors';
import { badRequest, tooBusy, tooMany, type ApiContext } from './guard';
import type { Front } from './front';
import { answerPage } from './page-answer';
import { requesterOf } from './requester';

const FORBIDDEN = 'None of the content types that this app hears of may be read with find and findOne.';

/** Answers with content, as what a cache may keep says it. @param maxAgeS of an answer that ends at a fixed point */
export function answerContent(
  ctx: ApiContext,
  answer: ContentAnswer<object>,
  { maxAgeS, front }: { maxAgeS: number; front: Front },
): void {
  switch (answer.kind) {
    case 'refused':
      return badRequest(ctx, [fieldError([answer.field], answer.message, answer.code)]);
    case 'forbidden':
      return ctx.forbidden(FORBIDDEN, wholeError('nothing-readable', FORBIDDEN));
    case 'busy':
      return tooBusy(ctx);
    case 'limited':
      return tooMany(ctx, answer.waitS);
    case 'page': {
      const { page, caching } = answer;
      const { isPublic } = requesterOf(ctx);
      const isShared = isPublic && caching === 'bounded' && maxAgeS > 0;
      return answerPage(ctx, {
        page,
        cacheControl: cacheControl(caching, isPublic, maxAgeS),
        isKept: caching !== 'none',
        front: isShared ? front : null,
      });
    }
  }
}

/** Content may be withdrawn at any moment: nothing with content is immutable, and nothing of a token or a user is shared. */
function cacheControl(caching: 'bounded' | 'revalidate' | 'none', isPublic: boolean, maxAgeS: number): string {
  if (caching === 'none') return 'no-store';
  if (!isPublic) return 'private, no-cache';
  return caching === 'bounded' && maxAgeS > 0 ? `public, max-age=0, s-maxage=${maxAgeS}` : 'no-cache';
}
