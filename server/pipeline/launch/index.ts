/** Decides when what waits on a lane leaves, and makes the push of it. */
export { readAudience } from './audience';
export { departureOf } from './departure';
export { isScanning, readLane, recentDepartures, type LaneFacts } from './lane-facts';
export { launchPush, payloadAlarm } from './launch';
export { buildMessage } from './message';
export { createBeforePush } from './before-push';
export { paceOf, shareOf, spreadOf, type Pace } from './pace';
