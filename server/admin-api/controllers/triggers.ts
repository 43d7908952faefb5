import { WAKE_ACTIONS, type Audience, type TriggerSettings } from '../contract';
import type { Core } from '@strapi/strapi';
import { z } from '@strapi/utils';
import { CONTENT_RULE, isContent, isRelated, RELATED_RULE } from '../../triggers/content-rule';
import { AUDIENCE_RULE, isAudience, isTemplates, TEMPLATES_RULE } from '../../triggers/tag-template';
import { UserError } from '../../user-error';
import { handle } from '../handle';
import { parse } from '../invalid-request';
import { readId } from '../params';

const text = z.string({ error: 'must be a text.' });

const TRIGGER = z.strictObject({
  name: text,
  contentType: text,
  wakeOn: z.array(z.enum(WAKE_ACTIONS, { error: `must be of ${WAKE_ACTIONS.join(', ')}.` }), {
    error: 'must be a list.',
  }),
  apps: z.array(text, { error: 'must be a list of bundle ids.' }),
  audience: z.custom<Audience>(isAudience, { error: `${AUDIENCE_RULE}.` }),
  content: z.custom<TriggerSettings['content']>(isContent, { error: `${CONTENT_RULE}.` }).optional(),
  related: z.custom<TriggerSettings['related']>(isRelated, { error: `${RELATED_RULE}.` }).optional(),
  relatedWakes: z.boolean({ error: 'must be true or false.' }).optional(),
  enabled: z.boolean({ error: 'must be true or false.' }).optional(),
});

const PREVIEW = z.strictObject({
  contentType: text,
  apps: z.array(text, { error: 'must be a list of bundle ids.' }),
  tags: z.custom<string[]>(isTemplates, { error: TEMPLATES_RULE }),
});

export const triggers = ({ strapi }: { strapi: Core.Strapi }) => ({
  find: handle<'GET /triggers'>(strapi, async ({ services }) => ({ data: await services.triggers.list() })),

  create: handle<'POST /triggers'>(strapi, async ({ services, body, by }) => ({
    data: await services.triggers.create(parse(TRIGGER, body), by),
    status: 201,
  })),

  update: handle<'PUT /triggers/:id'>(strapi, async ({ services, params, body, by }) => ({
    data: await services.triggers.update(readId(params.id), parse(TRIGGER.partial(), body), by),
  })),

  delete: handle<'DELETE /triggers/:id'>(strapi, async ({ services, params, by }) => {
    const id = readId(params.id);
    await services.triggers.remove(id, by);
    return { data: { id } };
  }),

  previewAudience: handle<'POST /triggers/preview-audience'>(strapi, async ({ services, body }) => ({
    data: await services.previewAudience(parse(PREVIEW, body)),
  })),
  preview: handle<'GET /triggers/:id/preview'>(strapi, async ({ services, params, may }) => {
    const id = readId(params.id);
    const trigger = (await services.triggers.list()).find((one) => one.id === id);
    if (!trigger) throw new UserError(404, 'There is no such trigger.');
    return { data: await services.preview.of(trigger, may) };
  }),

  contentTypes: handle<'GET /content-types'>(strapi, ({ services }) =>
    Promise.resolve({ data: services.triggers.contentTypes() }),
  ),
});
