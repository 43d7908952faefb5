export { default } from './server';
export type {
  BackgroundPushConfig,
  BackgroundPushPayload,
  ChangesAnswer,
  ContentApiError,
  ContentChangesAnswer,
  DeviceAnswer,
  RegistrationAnswer,
  SnapshotAnswer,
} from './server';
