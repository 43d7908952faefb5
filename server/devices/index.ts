export { covers, hears, parseAudience, unionAudience, whereAudience, type AudienceFilter } from './audience';
export { UNREFUSED } from './device-row';
export { createDevices, isPublicId, type Devices, type LaneDirectory, type Refusal } from './devices';
export type { DevicePage, DeviceQuery } from './list-devices';
export { normalizeLocale } from './locale';
export { findCaseTwins, MAX_TAG_LENGTH, MAX_TAGS, TAG_PATTERN } from './tags';
export type { ProvenDevice } from './proven-device';
export { hashToken, normalizeToken, tokenTail } from './token';
