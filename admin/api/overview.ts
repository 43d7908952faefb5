import type { Overview, OverviewApp } from '../../server/admin-api/contract';
import { api, route, TAGS, unwrap, type Answer } from './base';

const endpoints = api.injectEndpoints({
  endpoints: (build) => ({
    backgroundPushOverview: build.query<Overview, void>({
      query: () => route('/overview'),
      transformResponse: (answer: Answer<Overview>) => unwrap(answer),
      providesTags: [TAGS.overview],
    }),
    backgroundPushConfirmInstance: build.mutation<{ confirmed: true }, void>({
      query: () => ({ url: route('/instance/confirm'), method: 'POST', data: {} }),
      transformResponse: (answer: Answer<{ confirmed: true }>) => unwrap(answer),
      invalidatesTags: [TAGS.overview, TAGS.apps],
    }),
    backgroundPushWakeEveryone: build.mutation<{ logged: true }, number>({
      query: (appId) => ({ url: route(`/apps/${appId}/wake`), method: 'POST', data: {} }),
      transformResponse: (answer: Answer<{ logged: true }>) => unwrap(answer),
      invalidatesTags: [TAGS.overview],
    }),
    backgroundPushStartAnew: build.mutation<{ id: number }, Pick<OverviewApp, 'id' | 'epoch'>>({
      query: ({ id, epoch }) => ({ url: route(`/apps/${id}/start-anew`), method: 'POST', data: { epoch } }),
      transformResponse: (answer: Answer<{ id: number }>) => unwrap(answer),
      invalidatesTags: [TAGS.overview, TAGS.apps, TAGS.pushes],
    }),
  }),
});

export const {
  useBackgroundPushOverviewQuery: useOverviewQuery,
  useBackgroundPushConfirmInstanceMutation: useConfirmInstanceMutation,
  useBackgroundPushWakeEveryoneMutation: useWakeEveryoneMutation,
  useBackgroundPushStartAnewMutation: useStartAnewMutation,
} = endpoints;
