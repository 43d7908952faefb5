import type { ContentAnswer } from '../content';
import { fieldError } from '../http/field-errors';
import { badRequest, tooBusy, type ApiContext } from './guard';
import { answerPage } from './page-answer';
import { requesterOf } from './requester';

/** Answers with content, as what a cache may keep says it. @param maxAgeS of an answer that ends at a fixed point */
export function answerContent(ctx: ApiContext, answer: ContentAnswer<object>, { maxAgeS }: { maxAgeS: number }): void {
  switch (answer.kind) {
    case 'refused':
      return badRequest(ctx, [fieldError([answer.field], answer.message)]);
    case 'forbidden':
      return ctx.forbidden('None of the content types that this app hears of may be read with find and findOne.');
    case 'busy':
      return tooBusy(ctx);
    case 'page': {
      ctx.vary('Authorization');
      const { page, freshness } = answer;
      return answerPage(ctx, page, cacheControl(freshness, requesterOf(ctx).isPublic, maxAgeS), freshness !== 'none');
    }
  }
}

/** Content may be withdrawn at any moment: nothing with content is immutable, and nothing of a token or a user is shared. */
function cacheControl(freshness: 'bounded' | 'revalidate' | 'none', isPublic: boolean, maxAgeS: number): string {
  if (freshness === 'none') return 'no-store';
  if (!isPublic) return 'private, no-cache';
  return freshness === 'bounded' && maxAgeS > 0 ? `public, max-age=0, s-maxage=${maxAgeS}` : 'no-cache';
}
