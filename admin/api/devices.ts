import type { DevicePage } from './paged';
import type { Device, DeviceDetail, TestAnswer, TestResult } from '../../server/admin-api/contract';
import { api, route, TAGS, unwrap, unwrapPage, type Answer, type PagedAnswer } from './base';

export interface DeviceFilter {
  page: number;
  pageSize: number;
  lane?: number;
  /** Public id or the end of a token. */
  search?: string;
  /** Only test devices. */
  test?: 'true';
}

type DevicesAnswer = PagedAnswer<Device> & { meta: Pick<DevicePage, 'path'> };

const endpoints = api.injectEndpoints({
  endpoints: (build) => ({
    backgroundPushDevices: build.query<DevicePage, DeviceFilter>({
      query: (params) => ({ url: route('/devices'), config: { params } }),
      transformResponse: (answer: DevicesAnswer) => ({ ...unwrapPage(answer), path: answer.meta.path }),
      providesTags: [TAGS.devices],
    }),
    backgroundPushDevice: build.query<DeviceDetail, string>({
      query: (id) => route(`/devices/${id}`),
      transformResponse: (answer: Answer<DeviceDetail>) => unwrap(answer),
      providesTags: [TAGS.devices],
    }),
    backgroundPushDeleteDevice: build.mutation<{ id: string }, string>({
      query: (id) => ({ url: route(`/devices/${id}`), method: 'DELETE' }),
      transformResponse: (answer: Answer<{ id: string }>) => unwrap(answer),
      invalidatesTags: [TAGS.devices, TAGS.overview],
    }),
    backgroundPushTestDevice: build.mutation<TestResult, string>({
      query: (id) => ({ url: route(`/devices/${id}/test`), method: 'POST', data: {} }),
      transformResponse: (answer: Answer<TestResult>) => unwrap(answer),
      // A test push may change what is known of the device: accepted, or gone.
      invalidatesTags: [TAGS.devices],
    }),
    backgroundPushMarkDevice: build.mutation<Pick<Device, 'id' | 'testName'>, { id: string; name: string | null }>({
      query: ({ id, name }) => ({ url: route(`/devices/${id}/test-device`), method: 'PUT', data: { name } }),
      transformResponse: (answer: Answer<Pick<Device, 'id' | 'testName'>>) => unwrap(answer),
      invalidatesTags: [TAGS.devices],
    }),
    backgroundPushTestLane: build.mutation<TestAnswer[], number>({
      query: (laneId) => ({ url: route(`/lanes/${laneId}/test`), method: 'POST', data: {} }),
      transformResponse: (answer: Answer<TestAnswer[]>) => unwrap(answer),
      invalidatesTags: [TAGS.devices],
    }),
    backgroundPushTestAnswers: build.query<TestAnswer[], number>({
      query: (laneId) => route(`/lanes/${laneId}/test-answers`),
      transformResponse: (answer: Answer<TestAnswer[]>) => unwrap(answer),
      providesTags: [TAGS.devices],
    }),
  }),
});

export const {
  useBackgroundPushDevicesQuery: useDevicesQuery,
  useBackgroundPushDeviceQuery: useDeviceQuery,
  useBackgroundPushDeleteDeviceMutation: useDeleteDeviceMutation,
  useBackgroundPushTestDeviceMutation: useTestDeviceMutation,
  useBackgroundPushMarkDeviceMutation: useMarkDeviceMutation,
  useBackgroundPushTestLaneMutation: useTestLaneMutation,
  useBackgroundPushTestAnswersQuery: useTestAnswersQuery,
} = endpoints;
