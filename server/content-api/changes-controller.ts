import type { Core } from '@strapi/strapi';
import { performance } from 'node:perf_hooks';
import { createHotPages, toPage, type Feed, type FeedAnswer, type CacheRule, type Page } from '../feed';
import { fieldError } from '../http/field-errors';
import { answerContent } from './content-answer';
import { badRequest, tooMany, type Admitted, type ApiContext, type Guard } from './guard';
import { parseFeedQuery, type FeedRequest } from './parse';
import { answerPage } from './page-answer';
import { requesterOf } from './requester';

const DAY_S = 86_400;
/** Of pages that are kept ready, and for how long. */
const HOT_BYTES = 16 * 1_048_576;
const HOT_MS = 60_000;

export function createChangesController(guard: Guard): Core.Controller {
  const hot = createHotPages<Answer>({ maxBytes: HOT_BYTES, now: () => performance.now() });

  return {
    /** GET /changes; named `find` because read-only API tokens may call nothing else. */
    find: guard({
      counts: 'read',
      shares: 'read',
      parse: (ctx) => parseFeedQuery(ctx.query),
      isPage: ({ to }) => to !== undefined,
      handle: (ctx, call) => (call.value.content ? answerWithContent(ctx, call) : answerChanges(ctx, call)),
    }),
  };

  async function answerChanges(ctx: ApiContext, { services, value, admit }: Admitted<FeedRequest>): Promise<void> {
    const { feed, gate } = services;
    const answer = await readChanges(feed, value, admit);
    if (answer.kind === 'limited') return tooMany(ctx, answer.waitS);
    if (answer.kind === 'refused') return badRequest(ctx, [fieldError([answer.field], answer.message, answer.code)]);
    const { page, caching } = answer;
    const { isPublic } = requesterOf(ctx);
    answerPage(ctx, {
      page,
      cacheControl: cacheControl(caching, isPublic),
      isKept: caching !== 'none',
      front: isPublic && caching === 'immutable' ? gate.front : null,
    });
  }

  /** A page up to a revision that a push named is asked for by all whom it woke, and never changes. */
  async function readChanges(feed: Feed, query: FeedRequest, admit: () => number): Promise<Answer> {
    const make = async (): Promise<Answer> => {
      const answer = await feed.read(query);
      if (answer.kind === 'refused') return answer;
      const { changes, meta, caching } = answer;
      const entries = changes.map((change) => JSON.stringify(change));
      return { kind: 'page', page: await toPage(entries, meta), caching };
    };
    const app = query.to === undefined ? undefined : await feed.position(query.app, query.to);
    const key = JSON.stringify(query);
    const mark = app ? `${app.epoch} ${app.floor}` : '';
    if (!app || !hot.has(key, mark, HOT_MS)) {
      const waitS = admit();
      if (waitS > 0) return { kind: 'limited', waitS };
    }
    if (!app) return make();
    return hot.get(key, mark, HOT_MS, async () => {
      const answer = await make();
      const isKept = answer.kind === 'page' && answer.caching === 'immutable';
      return { answer, bytes: isKept ? answer.page.body.length + (answer.page.gzipped?.length ?? 0) : 0 };
    });
  }
}

type Answer =
  | { kind: 'page'; page: Page; caching: CacheRule }
  | { kind: 'limited'; waitS: number }
  | Exclude<FeedAnswer, { kind: 'page' }>;

async function answerWithContent(ctx: ApiContext, { services, value, admit }: Admitted<FeedRequest>): Promise<void> {
  const { content, config, gate } = services;
  const answer = await content.changes(value, { ...requesterOf(ctx), admit });
  answerContent(ctx, answer, { maxAgeS: config.content.cacheSeconds, front: gate.front });
}

/**
 * What caches may do with an answer. Only what everybody may read is `public`: a shared cache would hand an answer
 * that a token or a user was let see to those who were not.
 */
export function cacheControl(caching: CacheRule, isPublic: boolean): string {
  switch (caching) {
    case 'immutable':
      return `${isPublic ? 'public' : 'private'}, max-age=${DAY_S}, immutable`;
    case 'revalidate':
      return isPublic ? 'no-cache' : 'private, no-cache';
    case 'none':
      return 'no-store';
  }
}
