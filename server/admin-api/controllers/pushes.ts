import type { Core } from '@strapi/strapi';
import { UserError } from '../../user-error';
import { handle } from '../handle';
import { pagination, readId, readLane, readPage } from '../params';

export const pushes = ({ strapi }: { strapi: Core.Strapi }) => ({
  find: handle<'GET /pushes'>(strapi, async ({ rooms, query }) => {
    const page = readPage(query);
    const { pushes: data, total } = await rooms.overview.pushes({ ...page, laneId: readLane(query) });
    return { data, meta: pagination(page, total) };
  }),

  findOne: handle<'GET /pushes/:id'>(strapi, async ({ rooms, params }) => {
    const push = await rooms.overview.push(readId(params.id));
    if (!push) throw new UserError(404, 'There is no such push.');
    return { data: push };
  }),

  cancel: handle<'POST /pushes/:id/cancel'>(strapi, async ({ rooms, params, by }) => {
    const id = readId(params.id);
    await rooms.control.cancel(id, by);
    return { data: { id } };
  }),
});
