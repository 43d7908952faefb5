import type { Paged } from './paged';
import type { Act } from '../../server/admin-api/contract';
import { api, route, TAGS, unwrapPage, type PagedAnswer } from './base';

const endpoints = api.injectEndpoints({
  endpoints: (build) => ({
    backgroundPushActs: build.query<Paged<Act>, { page: number; pageSize: number }>({
      query: (params) => ({ url: route('/acts'), config: { params } }),
      transformResponse: (answer: PagedAnswer<Act>) => unwrapPage(answer),
      providesTags: [TAGS.acts],
      // Nearly every change in the panel is an act, and other administrators act too.
      keepUnusedDataFor: 0,
    }),
  }),
});

export const { useBackgroundPushActsQuery: useActsQuery } = endpoints;
