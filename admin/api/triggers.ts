import type {
  AudiencePreview,
  ContentType,
  Trigger,
  TriggerBody,
  TriggerPreview,
} from '../../server/admin-api/contract';
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
    /** Asked by its body as text, so that the same question is one. */
    backgroundPushAudiencePreview: build.query<AudiencePreview, string>({
      query: (body) => ({
        url: route('/triggers/preview-audience'),
        method: 'POST',
        data: JSON.parse(body) as object,
      }),
      transformResponse: (answer: Answer<AudiencePreview>) => unwrap(answer),
      // Entries and devices change: what was shown a minute ago is asked anew.
      keepUnusedDataFor: 0,
    }),
    backgroundPushTriggerPreview: build.query<TriggerPreview, number>({
      query: (id) => route(`/triggers/${id}/preview`),
      transformResponse: (answer: Answer<TriggerPreview>) => unwrap(answer),
      // The next change makes another one of it.
      keepUnusedDataFor: 0,
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
  useBackgroundPushAudiencePreviewQuery: useAudiencePreviewQuery,
  useBackgroundPushTriggerPreviewQuery: useTriggerPreviewQuery,
  useBackgroundPushCreateTriggerMutation: useCreateTriggerMutation,
  useBackgroundPushUpdateTriggerMutation: useUpdateTriggerMutation,
  useBackgroundPushDeleteTriggerMutation: useDeleteTriggerMutation,
} = endpoints;
