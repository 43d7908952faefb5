import type { DeviceImport, ImportDetail, RefusedLine } from '../../server/admin-api/contract';
import { api, route, TAGS, unwrap, type Answer } from './base';

const endpoints = api.injectEndpoints({
  endpoints: (build) => ({
    backgroundPushStartImport: build.mutation<DeviceImport, { name: string; size: number; mark: string }>({
      query: (data) => ({ url: route('/imports'), method: 'POST', data }),
      transformResponse: (answer: Answer<DeviceImport>) => unwrap(answer),
    }),
    backgroundPushImportLines: build.mutation<
      DeviceImport,
      { id: number; offset: number; bytes: number; text: string }
    >({
      query: ({ id, ...data }) => ({ url: route(`/imports/${id}/lines`), method: 'POST', data }),
      transformResponse: (answer: Answer<DeviceImport>) => unwrap(answer),
      invalidatesTags: (answer) => (answer?.finishedAt ? [TAGS.devices, TAGS.overview, TAGS.acts] : []),
    }),
    backgroundPushRefusedLines: build.query<RefusedLine[], { id: number; page: number; pageSize: number }>({
      query: ({ id, ...params }) => ({ url: route(`/imports/${id}`), config: { params } }),
      transformResponse: (answer: Answer<ImportDetail>) => unwrap(answer).refusedLines,
      keepUnusedDataFor: 0,
    }),
    backgroundPushEraseDevices: build.mutation<{ erased: number }, { ids: string[] } | { tokens: string[] }>({
      query: (data) => ({ url: route('/devices/erase'), method: 'POST', data }),
      transformResponse: (answer: Answer<{ erased: number }>) => unwrap(answer),
      invalidatesTags: [TAGS.devices, TAGS.overview, TAGS.acts],
    }),
  }),
});

export const {
  useBackgroundPushStartImportMutation: useStartImportMutation,
  useBackgroundPushImportLinesMutation: useImportLinesMutation,
  useLazyBackgroundPushRefusedLinesQuery: useLazyRefusedLinesQuery,
  useBackgroundPushEraseDevicesMutation: useEraseDevicesMutation,
} = endpoints;
