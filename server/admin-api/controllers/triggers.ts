import { AUDIENCES, WAKE_ACTIONS } from '../contract';
import type { Core } from '@strapi/strapi';
import { z } from '@strapi/utils';
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
  audience: z.enum(AUDIENCES, { error: `must be ${AUDIENCES.join(' or ')}.` }),
  enabled: z.boolean({ error: 'must be true or false.' }).optional(),
});

export const triggers = ({ strapi }: { strapi: Core.Strapi }) => ({
  find: handle<'GET /triggers'>(strapi, async ({ rooms }) => ({ data: await rooms.triggers.list() })),

  create: handle<'POST /triggers'>(strapi, async ({ rooms, body, by }) => ({
    data: await rooms.triggers.create(parse(TRIGGER, body), by),
    status: 201,
  })),

  update: handle<'PUT /triggers/:id'>(strapi, async ({ rooms, params, body, by }) => ({
    data: await rooms.triggers.update(readId(params.id), parse(TRIGGER.partial(), body), by),
  })),

  delete: handle<'DELETE /triggers/:id'>(strapi, async ({ rooms, params, by }) => {
    const id = readId(params.id);
    await rooms.triggers.remove(id, by);
    return { data: { id } };
  }),

  contentTypes: handle<'GET /content-types'>(strapi, ({ rooms }) =>
    Promise.resolve({ data: rooms.triggers.contentTypes() }),
  ),
});
