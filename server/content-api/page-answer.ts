import type { Page } from '../feed';
import type { ApiContext } from './guard';

/** Sends what is ready, or that the asker has it already. @param keeps whether anybody may keep it at all */
export function answerPage(ctx: ApiContext, { body, gzipped, etag }: Page, cacheControl: string, keeps: boolean): void {
  ctx.status = 200;
  ctx.set('Cache-Control', cacheControl);
  ctx.vary('Accept-Encoding');
  if (keeps) ctx.set('ETag', etag);
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  const packed = gzipped !== null && ctx.acceptsEncodings('gzip', 'identity') === 'gzip';
  if (packed) ctx.set('Content-Encoding', 'gzip');
  ctx.type = 'application/json';
  ctx.body = packed ? gzipped : body;
}
