import type { Core } from '@strapi/strapi';
import { z } from '@strapi/utils';
import { handle } from '../handle';
import { parse } from '../invalid-request';
import { readId } from '../params';

const name = z.string({ error: 'must be a text.' }).trim();
const customKeys = z.record(z.string(), z.unknown(), { error: 'must be an object.' });

const NEW_APP = z.strictObject({
  bundleId: z.string({ error: 'must be a text.' }).trim(),
  name,
  customKeys: customKeys.optional(),
});

const APP_CHANGES = z.strictObject({
  name: name.optional(),
  customKeys: customKeys.optional(),
  enabled: z.boolean({ error: 'must be true or false.' }).optional(),
});

/** The epoch that is to end: whoever asks twice, or looks at an old page, has seen another one. */
const START_ANEW = z.strictObject({ epoch: z.string({ error: 'must be the epoch of the log that is to end.' }) });

export const apps = ({ strapi }: { strapi: Core.Strapi }) => ({
  find: handle<'GET /apps'>(strapi, async ({ services }) => ({ data: await services.apps.list() })),

  create: handle<'POST /apps'>(strapi, async ({ services, body, by }) => ({
    data: await services.apps.create(parse(NEW_APP, body), by),
    status: 201,
  })),

  update: handle<'PUT /apps/:id'>(strapi, async ({ services, params, body, by }) => ({
    data: await services.apps.update(readId(params.id), parse(APP_CHANGES, body), by),
  })),

  delete: handle<'DELETE /apps/:id'>(strapi, async ({ services, params, by }) => {
    const id = readId(params.id);
    await services.apps.remove(id, by);
    return { data: { id } };
  }),

  wake: handle<'POST /apps/:id/wake'>(strapi, async ({ services, params, by }) => {
    await services.control.wakeEveryone(readId(params.id), by);
    return { data: { logged: true } };
  }),

  startAnew: handle<'POST /apps/:id/start-anew'>(strapi, async ({ services, params, body, by }) => {
    const id = readId(params.id);
    const { epoch } = parse(START_ANEW, body);
    await services.control.startLogAnew(id, epoch, by);
    return { data: { id } };
  }),
});
