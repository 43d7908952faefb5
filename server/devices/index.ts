export {
  covers,
  hears,
  hearsLocale,
  MAX_AUDIENCE_TAGS,
  parseAudience,
  parseTags,
  storeAudience,
  unionAudience,
  type AudienceFilter,
} from './audience';
export { countTagged, endOfNext, readMembers, whereAudience, type Members, type Stretch } from './members';
export { UNREFUSED } from './device-row';
export { createDevices, isPublicId, type Devices } from './devices';
export type { LaneDirectory, Refusal } from './registration-lane';
export { createCapacity } from './capacity';
export { createImports, type Imports } from './moving/imports';
export type { MovedDevice } from './moving/read-line';
export { deviceView, type DevicePage, type DeviceQuery } from './list-devices';
export { normalizeLocale } from './locale';
export { NOT_SEEN_MS } from './not-seen';
export { findCaseTwins, MAX_TAGS, readTags } from './tags';
export { MAX_TAG_LENGTH, TAG_PATTERN } from '../admin-api/contract';
export { readTestNames, testDevicesOfLane } from './test-devices';
export { shareCount } from './device-counts';
export type { DeviceReport } from './device-changes';
export type { ProvenDevice } from './proven-device';
export { hashToken, normalizeToken, tokenTail } from './token';
