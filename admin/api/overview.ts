import { api, route, TAGS, unwrap, type Answer } from './base';
import type { Overview, OverviewLane } from './types';

const endpoints = api.injectEndpoints({
  endpoints: (build) => ({
    backgroundPushOverview: build.query<Overview, void>({
      query: () => route('/overview'),
      transformResponse: (answer: Answer<Overview>) => unwrap(answer),
      providesTags: [TAGS.overview],
    }),
    backgroundPushResumeLane: build.mutation<Pick<OverviewLane, 'id' | 'pauses'>, number>({
      query: (laneId) => ({ url: route(`/lanes/${laneId}/resume`), method: 'POST', data: {} }),
      transformResponse: (answer: Answer<Pick<OverviewLane, 'id' | 'pauses'>>) => unwrap(answer),
      invalidatesTags: [TAGS.overview, TAGS.pushes],
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
  }),
});

export const {
  useBackgroundPushOverviewQuery: useOverviewQuery,
  useBackgroundPushResumeLaneMutation: useResumeLaneMutation,
  useBackgroundPushConfirmInstanceMutation: useConfirmInstanceMutation,
  useBackgroundPushWakeEveryoneMutation: useWakeEveryoneMutation,
} = endpoints;
