import type { Core } from '@strapi/strapi';
import { handle } from '../handle';
import { pagination, readPage } from '../params';

export const acts = ({ strapi }: { strapi: Core.Strapi }) => ({
  find: handle<'GET /acts'>(strapi, async ({ services, query }) => {
    const page = readPage(query);
    const { acts: data, total } = await services.acts.page(page);
    return { data, meta: pagination(page, total) };
  }),
});
