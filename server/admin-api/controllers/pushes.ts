import type { Core } from '@strapi/strapi';
import { UserError } from '../../user-error';
import { handle } from '../handle';
import { pagination, readId, readLane, readPage } from '../params';

export const pushes = ({ strapi }: { strapi: Core.Strapi }) => ({
  find: handle<'GET /pushes'>(strapi, async ({ services, query, may }) => {
    const page = readPage(query);
    const { pushes: data, total } = await services.overview.pushes({ ...page, laneId: readLane(query) }, may);
    return { data, meta: pagination(page, total) };
  }),

  findOne: handle<'GET /pushes/:id'>(strapi, async ({ services, params, may }) => {
    const push = await services.overview.push(readId(params.id), may);
    if (!push) throw new UserError(404, 'There is no such push.');
    return { data: push };
  }),

  cancel: handle<'POST /pushes/:id/cancel'>(strapi, async ({ services, params, by }) => {
    const id = readId(params.id);
    await services.control.cancel(id, by);
    return { data: { id } };
  }),
});
