import type { Departure, OverviewLane } from '../../server/admin-api/contract';
import { api, route, TAGS, unwrap, type Answer } from './base';

type Pauses = Pick<OverviewLane, 'id' | 'pauses'>;

/** What Resume and its neighbours change: the lane, and what becomes of its push. */
const CHANGED = [TAGS.overview, TAGS.pushes];

const post = (laneId: number, action: string) => ({
  url: route(`/lanes/${laneId}/${action}`),
  method: 'POST' as const,
  data: {},
});

const endpoints = api.injectEndpoints({
  endpoints: (build) => ({
    backgroundPushPauseLane: build.mutation<Pauses, number>({
      query: (laneId) => post(laneId, 'pause'),
      transformResponse: (answer: Answer<Pauses>) => unwrap(answer),
      invalidatesTags: CHANGED,
    }),
    backgroundPushResumeLane: build.mutation<Pauses, number>({
      query: (laneId) => post(laneId, 'resume'),
      transformResponse: (answer: Answer<Pauses>) => unwrap(answer),
      invalidatesTags: CHANGED,
    }),
    backgroundPushSendAnyway: build.mutation<Pauses, number>({
      query: (laneId) => post(laneId, 'send-anyway'),
      transformResponse: (answer: Answer<Pauses>) => unwrap(answer),
      invalidatesTags: CHANGED,
    }),
    backgroundPushDecideDeletions: build.mutation<
      { devices: number },
      { laneId: number; decision: 'confirm' | 'drop' }
    >({
      query: ({ laneId, decision }) => post(laneId, `deletions/${decision}`),
      transformResponse: (answer: Answer<{ devices: number }>) => unwrap(answer),
      invalidatesTags: [...CHANGED, TAGS.devices],
    }),
    backgroundPushHurryLane: build.mutation<{ departure: Departure }, { laneId: number; force: boolean }>({
      query: ({ laneId, force }) => post(laneId, force ? 'force' : 'send-now'),
      transformResponse: (answer: Answer<{ departure: Departure }>) => unwrap(answer),
      invalidatesTags: CHANGED,
    }),
  }),
});

export const {
  useBackgroundPushPauseLaneMutation: usePauseLaneMutation,
  useBackgroundPushResumeLaneMutation: useResumeLaneMutation,
  useBackgroundPushSendAnywayMutation: useSendAnywayMutation,
  useBackgroundPushDecideDeletionsMutation: useDecideDeletionsMutation,
  useBackgroundPushHurryLaneMutation: useHurryLaneMutation,
} = endpoints;
