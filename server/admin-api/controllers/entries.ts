import type { Core } from '@strapi/strapi';
import { z } from '@strapi/utils';
import { PUBLISH_CHOICES, WAKE_ACTIONS } from '../contract';
import { ofText } from '../../http/lengths';
import { handle } from '../handle';
import { parse } from '../invalid-request';

/** Document ids may be an app's own; PostgreSQL takes no NUL in any text. */
const word = (max: number) =>
  z
    .string({ error: 'must be a text.' })
    .max(max, ofText(`must have at most ${max} characters.`))
    .regex(/^\P{Cc}*$/u, 'must have no control characters.');

const ENTRY = z.object({
  documentId: word(64).optional(),
  locale: word(64).optional(),
  action: z.enum(WAKE_ACTIONS, { error: `must be one of ${WAKE_ACTIONS.join(', ')}.` }).default('publish'),
  choice: z.enum(PUBLISH_CHOICES, { error: `must be one of ${PUBLISH_CHOICES.join(', ')}.` }).optional(),
});

export const entries = ({ strapi }: { strapi: Core.Strapi }) => ({
  find: handle<'GET /entries/:uid'>(strapi, async ({ services, params, query, may }) => {
    const { documentId, locale = null, action, choice = null } = parse(ENTRY, query);
    const contentType = params.uid;
    const forecast = await services.forecast.of({
      contentType,
      documentId: documentId ?? null,
      locale,
      action,
      choice,
    });
    const isAsked = documentId !== undefined && forecast.heard;
    return {
      data: { forecast, news: isAsked ? await services.entryNews.of({ contentType, documentId, locale }, may) : null },
    };
  }),

  news: handle<'GET /news'>(strapi, async ({ services, may }) => ({ data: await services.news.latest(may) })),
});
