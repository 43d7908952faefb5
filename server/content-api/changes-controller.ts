import type { Core } from '@strapi/strapi';
import type { FeedMeta, Freshness } from '../feed/feed';
import { fieldError } from '../http/field-errors';
import { answerContent } from './content-answer';
import { badRequest, type ApiContext, type Guard } from './guard';
import { parseFeedQuery, type FeedRequest } from './parse';
import { authOf, isPublicRole } from './requester';
import type { Services } from '../services';

const DAY_S = 86_400;

export function createChangesController(guard: Guard): Core.Controller {
  return {
    /** GET /changes; named `find` because read-only API tokens may call nothing else. */
    find: guard({
      counts: 'read',
      shares: 'read',
      parse: (ctx) => parseFeedQuery(ctx.query),
      handle: (ctx, { services, value }) =>
        value.content ? answerWithContent(ctx, services, value) : answerChanges(ctx, services, value),
    }),
  };
}

async function answerChanges(ctx: ApiContext, { feed }: Services, query: FeedRequest): Promise<void> {
  const answer = await feed.read(query);
  if (answer.kind === 'refused') return badRequest(ctx, [fieldError([answer.field], answer.message)]);
  ctx.status = 200;
  ctx.set('Cache-Control', cacheControl(answer.freshness, isPublicRole(ctx)));
  if (answer.freshness !== 'none') ctx.set('ETag', entityTag(answer.meta));
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  ctx.body = { data: answer.changes, meta: answer.meta };
}

async function answerWithContent(ctx: ApiContext, { content, config }: Services, query: FeedRequest): Promise<void> {
  answerContent(ctx, await content.changes(query, authOf(ctx)), { maxAgeS: config.content.cacheSeconds });
}

/**
 * What caches may do with an answer. Only what everybody may read is `public`: a shared cache would hand an answer
 * that a token or a user was let see to those who were not.
 */
export function cacheControl(freshness: Freshness, isPublic: boolean): string {
  switch (freshness) {
    case 'immutable':
      return `${isPublic ? 'public' : 'private'}, max-age=${DAY_S}, immutable`;
    case 'revalidate':
      return isPublic ? 'no-cache' : 'private, no-cache';
    case 'none':
      return 'no-store';
  }
}

/** A page is told by where it begins and ends: revisions never change, and the URL says app, limit and filters. */
function entityTag({ epoch, since, rev, more }: FeedMeta): string {
  return `"${epoch}.${since ?? 'head'}.${rev}.${more ? 'more' : 'end'}"`;
}
