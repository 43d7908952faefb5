import { api, route, TAGS, unwrap, unwrapPage, type Answer, type PagedAnswer } from './base';
import type { Paged, Push, PushDetail } from './types';

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
  }),
});

export const { useBackgroundPushPushesQuery: usePushesQuery, useBackgroundPushPushQuery: usePushQuery } = endpoints;
