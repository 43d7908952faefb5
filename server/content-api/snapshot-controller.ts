import type { Core } from '@strapi/strapi';
import { answerContent } from './content-answer';
import type { Guard } from './guard';
import { parseSnapshotQuery } from './parse';
import { requesterOf } from './requester';

export function createSnapshotController(guard: Guard): Core.Controller {
  return {
    /** GET /snapshot */
    find: guard({
      counts: 'read',
      shares: 'read',
      parse: (ctx) => parseSnapshotQuery(ctx.query),
      async handle(ctx, { services: { content, config, gate }, value, admit }) {
        const maxAgeS = config.content.snapshotCacheSeconds;
        answerContent(ctx, await content.snapshot(value, { ...requesterOf(ctx), admit }), {
          maxAgeS,
          front: gate.front,
        });
      },
    }),
  };
}
