import type { Paged } from './paged';
import type { Push, PushDetail } from '../../server/admin-api/contract';
import { api, route, TAGS, unwrap, unwrapPage, type Answer, type PagedAnswer } from './base';

export interface PushFilter {
  page: number;
  pageSize: number;
  lane?: number;
}

const endpoints = api.injectEndpoints({
  endpoints: (build) => ({
    backgroundPushPushes: build.query<Paged<Push>, PushFilter>({
      query: (params) => ({ url: route('/pushes'), config: { params } }),
      transformResponse: (answer: PagedAnswer<Push>) => unwrapPage(answer),
      providesTags: [TAGS.pushes],
    }),
    backgroundPushPush: build.query<PushDetail, number>({
      query: (id) => route(`/pushes/${id}`),
      transformResponse: (answer: Answer<PushDetail>) => unwrap(answer),
      providesTags: [TAGS.pushes],
    }),
    backgroundPushCancelPush: build.mutation<{ id: number }, number>({
      query: (id) => ({ url: route(`/pushes/${id}/cancel`), method: 'POST', data: {} }),
      transformResponse: (answer: Answer<{ id: number }>) => unwrap(answer),
      invalidatesTags: [TAGS.overview, TAGS.pushes],
    }),
  }),
});

export const {
  useBackgroundPushPushesQuery: usePushesQuery,
  useBackgroundPushPushQuery: usePushQuery,
  useBackgroundPushCancelPushMutation: useCancelPushMutation,
} = endpoints;
