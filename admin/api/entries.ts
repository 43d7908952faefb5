import type { Entry, News, PublishChoice, WakeAction } from '../../server/admin-api/contract';
import { api, DOCUMENT, route, unwrap, type Answer } from './base';

/** Which entry, or which type where there is none yet, and what is to be done to it. */
export interface EntryQuery {
  uid: string;
  isSingle: boolean;
  documentId?: string;
  locale?: string;
  action?: WakeAction;
  choice?: PublishChoice;
}

export interface DraftRelationsQuery {
  uid: string;
  collectionType: string;
  documentId: string;
  locale?: string;
}

const endpoints = api.injectEndpoints({
  endpoints: (build) => ({
    backgroundPushEntry: build.query<Entry, EntryQuery>({
      query: ({ uid, documentId, locale, action, choice }) => ({
        url: route(`/entries/${uid}`),
        config: { params: { documentId, locale, action, choice } },
      }),
      transformResponse: (answer: Answer<Entry>) => unwrap(answer),
      providesTags: (_answer, _error, { uid, isSingle, documentId }) => [
        { type: DOCUMENT, id: isSingle ? uid : `${uid}_${documentId ?? ''}` },
      ],
    }),
    backgroundPushNews: build.query<News, void>({
      query: () => route('/news'),
      transformResponse: (answer: Answer<News>) => unwrap(answer),
      keepUnusedDataFor: 0,
    }),
    /** Related entries that are drafts, as the Content Manager counts them before it publishes. */
    backgroundPushDraftRelations: build.query<number, DraftRelationsQuery>({
      query: ({ uid, collectionType, documentId, locale }) => ({
        url: `/content-manager/${[collectionType, uid, ...(collectionType === 'single-types' ? [] : [documentId])].join('/')}/actions/countDraftRelations`,
        config: { params: { locale } },
      }),
      transformResponse: ({ data }: Answer<number | Record<string, number>>) =>
        typeof data === 'number' ? data : (data.unpublishedRelations ?? 0),
      keepUnusedDataFor: 0,
    }),
  }),
});

export const {
  useBackgroundPushEntryQuery: useEntryQuery,
  useBackgroundPushNewsQuery: useNewsQuery,
  useBackgroundPushDraftRelationsQuery: useDraftRelationsQuery,
} = endpoints;
