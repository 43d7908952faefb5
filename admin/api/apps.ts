import type { App, CheckResult, Environment } from '../../server/admin-api/contract';
import { api, route, TAGS, unwrap, type Answer } from './base';

export interface LaneRef {
  appId: number;
  environment: Environment;
}

export interface CredentialBody {
  keyId: string;
  teamId: string;
  /** PEM text of the `.p8` file. Sent once, never answered by any route. */
  key: string;
}

export type AppBody = Pick<App, 'name' | 'customKeys' | 'enabled'>;

const lanePath = ({ appId, environment }: LaneRef, action: string) =>
  route(`/apps/${appId}/lanes/${environment}/${action}`);

/** A credential or an app changes what lanes are set up, and with it the overview and the problems of triggers. */
const CHANGED = [TAGS.apps, TAGS.overview, TAGS.triggers];

const endpoints = api.injectEndpoints({
  endpoints: (build) => ({
    backgroundPushApps: build.query<App[], void>({
      query: () => route('/apps'),
      transformResponse: (answer: Answer<App[]>) => unwrap(answer),
      providesTags: [TAGS.apps],
    }),
    backgroundPushCreateApp: build.mutation<App, Pick<App, 'bundleId' | 'name' | 'customKeys'>>({
      query: (data) => ({ url: route('/apps'), method: 'POST', data }),
      transformResponse: (answer: Answer<App>) => unwrap(answer),
      invalidatesTags: CHANGED,
    }),
    backgroundPushUpdateApp: build.mutation<App, { id: number } & Partial<AppBody>>({
      query: ({ id, ...data }) => ({ url: route(`/apps/${id}`), method: 'PUT', data }),
      transformResponse: (answer: Answer<App>) => unwrap(answer),
      invalidatesTags: CHANGED,
    }),
    backgroundPushDeleteApp: build.mutation<{ id: number }, number>({
      query: (id) => ({ url: route(`/apps/${id}`), method: 'DELETE' }),
      transformResponse: (answer: Answer<{ id: number }>) => unwrap(answer),
      invalidatesTags: [...CHANGED, TAGS.devices],
    }),
    backgroundPushSaveCredential: build.mutation<App, LaneRef & CredentialBody>({
      query: ({ appId, environment, ...data }) => ({
        url: lanePath({ appId, environment }, 'credential'),
        method: 'PUT',
        data,
      }),
      transformResponse: (answer: Answer<App>) => unwrap(answer),
      invalidatesTags: CHANGED,
    }),
    backgroundPushRemoveCredential: build.mutation<App, LaneRef>({
      query: (lane) => ({ url: lanePath(lane, 'credential'), method: 'DELETE' }),
      transformResponse: (answer: Answer<App>) => unwrap(answer),
      invalidatesTags: CHANGED,
    }),
    backgroundPushCheckCredential: build.mutation<CheckResult, LaneRef>({
      query: (lane) => ({ url: lanePath(lane, 'check'), method: 'POST', data: {} }),
      transformResponse: (answer: Answer<CheckResult>) => unwrap(answer),
    }),
  }),
});

export const {
  useBackgroundPushAppsQuery: useAppsQuery,
  useBackgroundPushCreateAppMutation: useCreateAppMutation,
  useBackgroundPushUpdateAppMutation: useUpdateAppMutation,
  useBackgroundPushDeleteAppMutation: useDeleteAppMutation,
  useBackgroundPushSaveCredentialMutation: useSaveCredentialMutation,
  useBackgroundPushRemoveCredentialMutation: useRemoveCredentialMutation,
  useBackgroundPushCheckCredentialMutation: useCheckCredentialMutation,
} = endpoints;
