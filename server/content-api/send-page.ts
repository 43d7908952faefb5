import type { Page } from '../feed';
import type { ApiContext } from './api-context';

/** Sends a page, packed for whoever takes that, or that the asker has it already. */
export function sendPage(ctx: ApiContext, { body, gzipped, etag }: Page, cacheControl: string, isKept = true): void {
  ctx.status = 200;
  ctx.set('Cache-Control', cacheControl);
  ctx.vary('Authorization');
  ctx.vary('Accept-Encoding');
  if (isKept) ctx.set('ETag', etag);
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  const isPacked = gzipped !== null && ctx.acceptsEncodings('gzip', 'identity') === 'gzip';
  if (isPacked) ctx.set('Content-Encoding', 'gzip');
  ctx.type = 'application/json';
  ctx.body = isPacked ? gzipped : body;
}
