import type { Core } from '@strapi/strapi';
import type { FeedMeta, Freshness } from '../feed/feed';
import { badRequest, type ApiContext, type Guard } from './guard';
import { fieldError } from '../http/field-errors';
import { parseFeedQuery } from './parse';

const DAY_S = 86_400;

export function createChangesController(guard: Guard): Core.Controller {
  return {
    /** GET /changes; named `find` because read-only API tokens may call nothing else. */
    find: guard({
      counts: 'read',
      shares: 'read',
      parse: (ctx) => parseFeedQuery(ctx.query),
      async handle(ctx, { services, value }) {
        const answer = await services.feed.read(value);
        if (answer.kind === 'refused') return badRequest(ctx, [fieldError([answer.field], answer.message)]);
        ctx.status = 200;
        ctx.set('Cache-Control', cacheControl(answer.freshness, isPublicRole(ctx)));
        if (answer.freshness !== 'none') ctx.set('ETag', entityTag(answer.meta));
        if (ctx.fresh) {
          ctx.status = 304;
          return;
        }
        ctx.body = { data: answer.changes, meta: answer.meta };
      },
    }),
  };
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

/** A page is told by where it begins and ends: revisions never change, and the URL says app and limit. */
function entityTag({ epoch, since, rev, more }: FeedMeta): string {
  return `"${epoch}.${since ?? 'head'}.${rev}.${more ? 'more' : 'end'}"`;
}

interface Auth {
  strategy?: { name?: string };
  credentials?: unknown;
}

/**
 * Whether anybody may ask this: the Users & Permissions strategy let it pass without credentials, which is the public
 * role, or the operator opened the route (no `auth` at all). Any other strategy has an identity, shown or not.
 */
function isPublicRole(ctx: ApiContext): boolean {
  const auth = (ctx.state as { auth?: Auth | null }).auth;
  if (!auth) return true;
  return auth.strategy?.name === 'users-permissions' && auth.credentials === null;
}
