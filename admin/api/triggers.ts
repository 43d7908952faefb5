import type { ContentType, Trigger, TriggerBody } from '../../server/admin-api/contract';
import { api, route, TAGS, unwrap, type Answer } from './base';

const CHANGED = [TAGS.triggers, TAGS.overview];

const endpoints = api.injectEndpoints({
  endpoints: (build) => ({
    backgroundPushTriggers: build.query<Trigger[], void>({
      query: () => route('/triggers'),
      transformResponse: (answer: Answer<Trigger[]>) => unwrap(answer),
      providesTags: [TAGS.triggers],
    }),
    backgroundPushContentTypes: build.query<ContentType[], void>({
      query: () => route('/content-types'),
      transformResponse: (answer: Answer<ContentType[]>) => unwrap(answer),
    }),
    backgroundPushCreateTrigger: build.mutation<Trigger, TriggerBody>({
      query: (data) => ({ url: route('/triggers'), method: 'POST', data }),
      transformResponse: (answer: Answer<Trigger>) => unwrap(answer),
      invalidatesTags: CHANGED,
    }),
    backgroundPushUpdateTrigger: build.mutation<Trigger, { id: number } & TriggerBody>({
      query: ({ id, ...data }) => ({ url: route(`/triggers/${id}`), method: 'PUT', data }),
      transformResponse: (answer: Answer<Trigger>) => unwrap(answer),
      invalidatesTags: CHANGED,
    }),
    backgroundPushDeleteTrigger: build.mutation<{ id: number }, number>({
      query: (id) => ({ url: route(`/triggers/${id}`), method: 'DELETE' }),
      transformResponse: (answer: Answer<{ id: number }>) => unwrap(answer),
      invalidatesTags: CHANGED,
    }),
  }),
});

export const {
  useBackgroundPushTriggersQuery: useTriggersQuery,
  useBackgroundPushContentTypesQuery: useContentTypesQuery,
  useBackgroundPushCreateTriggerMutation: useCreateTriggerMutation,
  useBackgroundPushUpdateTriggerMutation: useUpdateTriggerMutation,
  useBackgroundPushDeleteTriggerMutation: useDeleteTriggerMutation,
} = endpoints;
