import type { Page } from '../feed';
import type { ApiContext } from './api-context';
import { sendPage } from './send-page';

/** What shared caches may keep, kept here: for so long after a request that went all the way. */
const KEPT_MS = 1_000;
/** Addresses; the oldest goes. */
const MOST = 256;

/**
 * The first to see a request: a page that anybody may read, and that was answered a moment ago, is answered again at once,
 * as a cache in front of Strapi would, without permissions looked up and without what else Strapi does for a request. Each
 * second one request goes all the way.
 */
export interface Front {
  /** @returns whether it answered */
  answer(ctx: ApiContext): boolean;
  /** Remembers what anybody may be told. */
  keep(ctx: ApiContext, page: Page, cacheControl: string): void;
}

export function createFront({ now }: { now: () => number }): Front {
  const kept = new Map<string, { page: Page; cacheControl: string; until: number }>();
  return {
    answer(ctx) {
      const entry = kept.get(ctx.url);
      if (!entry || !isAnybody(ctx)) return false;
      if (entry.until < now()) {
        kept.delete(ctx.url);
        return false;
      }
      sendPage(ctx, entry.page, entry.cacheControl);
      return true;
    },
    keep(ctx, page, cacheControl) {
      if (!isAnybody(ctx)) return;
      kept.delete(ctx.url);
      kept.set(ctx.url, { page, cacheControl, until: now() + KEPT_MS });
      const [oldest] = kept.keys();
      if (kept.size > MOST && oldest !== undefined) kept.delete(oldest);
    },
  };
}

/** A cookie may be somebody's; a browser of another origin gets headers of its own, which Strapi makes. */
function isAnybody({ method, headers }: ApiContext): boolean {
  const { authorization, cookie, origin } = headers;
  return method === 'GET' && authorization === undefined && cookie === undefined && origin === undefined;
}
